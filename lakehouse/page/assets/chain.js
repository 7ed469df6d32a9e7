// The way of a record as a picture: six steps, each with its state in a word.

import {
  byId,
  create,
  icon,
  setAttribute,
  setText,
  withCommands,
} from "./dom.js";
import { isDecimal } from "./decimal.js";
import { duration } from "./format.js";
import { stepWord } from "./states.js";

/** @typedef {import("./api.js").Step} Step */

/**
 * A figure as text: numbers and times in the reader's notation.
 *
 * @param {Step["figures"][number]} figure
 * @param {import("./format.js").Format} format
 */
export function figureText({ value, unit }, format) {
  const text = String(value);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return format.clock(text);
  if (!isDecimal(text)) return unit ? `${text} ${unit}` : text;
  if (unit === "bytes" || unit === "B") return format.bytes(Number(text));
  if (unit === "s ago" && Number(text) >= 60) {
    return `${duration(Number(text) * 1_000)} ago`;
  }
  const number = format.exact(text);
  if (unit === "records" && text === "1") return `${number} record`;
  return unit ? `${number} ${unit}` : number;
}

/**
 * @param {HTMLElement} element A step of index.html.
 * @param {import("./format.js").Format} format
 */
function createStep(element, format) {
  const [head, list, cause] = /** @type {any} */ (element.children);
  const [mark, title, word] = head.children;

  /** @param {Step["figures"]} figures */
  function showFigures(figures) {
    while (list.children.length > figures.length) list.lastChild?.remove();
    figures.forEach((figure, at) => {
      if (list.children[at] === undefined) {
        list.append(create("div", {}, [create("dt"), create("dd")]));
      }
      const [label, value] = list.children[at].children;
      setText(label, figure.label);
      setText(value, figureText(figure, format));
    });
  }

  return (/** @type {Step} */ step) => {
    if (element.dataset.state !== step.state || !mark.hasChildNodes()) {
      mark.replaceChildren(icon(step.state));
      setAttribute(element, "data-state", step.state);
    }
    setText(title, step.title || step.id);
    setText(word, stepWord(step.state));
    showFigures(step.figures);
    const advice = [step.cause, step.next && `Next: ${step.next}`]
      .filter(Boolean).join("\n");
    if (cause.dataset.text === advice) return;
    cause.dataset.text = advice;
    cause.replaceChildren(
      ...(step.cause ? [create("p", {}, withCommands(step.cause))] : []),
      ...(step.next
        ? [create("p", {}, [
          create("b", {}, ["Next: "]),
          ...withCommands(step.next),
        ])]
        : []),
    );
  };
}

/**
 * Shows each step in its place of index.html.
 *
 * @param {import("./format.js").Format} format
 */
export function createChain(format) {
  /** @type {Map<string, (step: Step) => void>} */
  const steps = new Map();
  return (/** @type {import("./api.js").Chain} */ { steps: all, lake }) => {
    for (const step of all) {
      let show = steps.get(step.id);
      if (show === undefined) {
        show = createStep(byId(`step-${step.id}`), format);
        steps.set(step.id, show);
      }
      show(step);
    }
    setText(byId("lake-snapshots"), format.count(lake.snapshots));
    setText(byId("lake-files"), format.count(lake.files));
    setText(byId("lake-bytes"), format.bytes(lake.bytes));
  };
}
