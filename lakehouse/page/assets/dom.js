// The document, changed only where it differs: what stays the same costs no
// layout and is not read out again.

/**
 * The element with an id.
 *
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found;
}

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} [children]
 * @returns {any}
 */
export function create(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/**
 * A shape of index.html.
 *
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * @param {Element} element
 * @param {string} text
 * @returns {boolean} Whether that was a change.
 */
export function setText(element, text) {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value `null` removes it.
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

// A task, its word if it is one of those that take one, its options.
const command =
  /(deno task [\w:]+(?: (?:run|sql|status|history|verify|maintain|rebuild|export)\b)?(?: (?:-[\w=:.\/-]+|"[^"]*"))*)/;

/**
 * Text with its commands marked,.
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function withCommands(text) {
  return text.split(command).map((part, at) =>
    at % 2 === 1 ? create("code", {}, [part]) : part
  ).filter((part) => part !== "");
}
