// Replaces `$NAME` and `${NAME...}` in a text, by the rules of Docker Compose:
// https://docs.docker.com/reference/compose-file/interpolation/

/** The value of a variable; `undefined` when it is not set. */
export type Lookup = (name: string) => string | undefined;

const named = /^[A-Za-z_][A-Za-z0-9_]*/;

/** Where the brace that is open at the start closes, or -1. */
function closingBrace(text: string): number {
  let open = 1;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "}" && --open === 0) return at;
    // Any brace counts, not only one behind a dollar sign.
    if (text[at] === "{") open++;
  }
  return -1;
}

/** What `${inner}` stands for. */
function expand(inner: string, lookup: Lookup): string {
  const name = named.exec(inner)?.[0] ?? "";
  const rest = inner.slice(name.length);
  const operator = /^:?[-+?]/.exec(rest)?.[0] ?? "";
  if (name === "" || operator === "" && rest !== "") {
    throw new Error(`\${${inner}} is not an interpolation`);
  }
  const word = rest.slice(operator.length);
  const value = lookup(name);
  const isGiven = value !== undefined &&
    !(operator.startsWith(":") && value === "");
  switch (operator.at(-1)) {
    case "-":
      return isGiven ? value : interpolate(word, lookup);
    case "+":
      return isGiven ? interpolate(word, lookup) : value ?? "";
    case "?":
      if (isGiven) return value;
      throw new Error(
        `${name} is required${word === "" ? "" : `: ${word}`}`,
      );
    default:
      return value ?? "";
  }
}

/**
 * Interpolates. `$$` is a dollar sign; a variable that is not set is empty.
 *
 * @throws {Error} for a form that Compose refuses, or a required variable that
 * is missing.
 */
export function interpolate(text: string, lookup: Lookup): string {
  let out = "";
  for (let at = 0; at < text.length;) {
    const dollar = text.indexOf("$", at);
    if (dollar === -1) return out + text.slice(at);
    out += text.slice(at, dollar);
    const rest = text.slice(dollar + 1);
    const name = named.exec(rest)?.[0];
    if (rest.startsWith("$")) {
      out += "$";
      at = dollar + 2;
    } else if (name !== undefined) {
      out += lookup(name) ?? "";
      at = dollar + 1 + name.length;
    } else if (rest.startsWith("{")) {
      const inner = rest.slice(1);
      const end = closingBrace(inner);
      if (end === -1) throw new Error("a brace behind $ is never closed");
      out += expand(inner.slice(0, end), lookup);
      at = dollar + 2 + end + 1;
    } else {
      out += "$";
      at = dollar + 1;
    }
  }
  return out;
}
