// Reads the text of a `.env` file as Docker Compose does, to the same values.
// Tried against Compose itself by `tests/compose/dotenv_test.ts`.

import { messageOf, UsageError } from "./errors.ts";
import { interpolate, type Lookup } from "./interpolate.ts";

/** A blank that does not end a line, as Go's `unicode.IsSpace` has it. */
const blanks = /^[\t\v\f\r \x85\xa0]*/;

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  // The interpolation that follows makes one dollar sign of it.
  $: "$$",
};

function unescape(text: string): string {
  return text.replaceAll(
    /\\(?:0([0-7]{3})|([abfnrtv$"\\]))/g,
    (whole, octal?: string, letter?: string) => {
      if (octal === undefined) return escapes[letter ?? ""] ?? whole;
      const code = parseInt(octal, 8);
      return code < 256 ? String.fromCharCode(code) : whole;
    },
  );
}

/** Where the quote that opens the text is closed, and what is inside. */
function readQuoted(
  text: string,
): { readonly value: string; readonly rest: string } | undefined {
  const quote = text[0];
  let value = "";
  for (let at = 1; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === quote) return { value, rest: text.slice(at + 1) };
    const next = text[at + 1] ?? "";
    if (char === "\\" && next !== "") {
      // Only the quote itself is unescaped here, in both kinds of quotes.
      value += next === quote ? next : char + next;
      at++;
    } else {
      value += char;
    }
  }
  return undefined;
}

/** A file that is being read. */
class Reader {
  readonly #text: string;
  #left: string;

  constructor(text: string) {
    this.#text = text;
    this.#left = text;
  }

  /** Where it is, for messages. */
  get where(): string {
    const read = this.#text.slice(0, this.#text.length - this.#left.length);
    return `.env line ${read.split("\n").length}`;
  }

  /** Passes over blanks, empty lines and comments; `false` at the end. */
  toStatement(): boolean {
    this.#left = this.#left.replace(/^(?:\s+|#[^\n]*)*/, "");
    return this.#left !== "";
  }

  /** The name, and whether a value follows. */
  name(): { readonly name: string; readonly hasValue: boolean } {
    this.#left = this.#left.replace(/^export\s+/, "");
    // Names of others may have dots, dashes and brackets, and end at a colon.
    const match = /^([^=:\n]*)([=:\n]|$)/.exec(this.#left);
    const text = match?.[1] ?? "";
    if (!/^[\p{L}\p{N}_.\-[\]\t\v\f\r \x85\xa0]*$/u.test(text)) {
      throw new UsageError(`${this.where}: expected NAME=value`);
    }
    const name = text.trim();
    if (name.includes(" ")) {
      throw new UsageError(`${this.where}: a name cannot contain a space`);
    }
    const end = match?.[2] ?? "";
    if (name === "" && end !== "\n") {
      throw new UsageError(`${this.where}: expected NAME=value`);
    }
    this.#left = this.#left.slice(text.length + end.length)
      .replace(blanks, "");
    return { name, hasValue: end === "=" || end === ":" };
  }

  /** The value as it stands, and whether it is to be interpolated. */
  value(): { readonly value: string; readonly isLiteral: boolean } {
    const quote = this.#left[0];
    if (quote === '"' || quote === "'") {
      const quoted = readQuoted(this.#left);
      if (quoted === undefined) {
        throw new UsageError(`${this.where}: missing closing quote`);
      }
      this.#left = quoted.rest;
      return quote === "'"
        ? { value: quoted.value, isLiteral: true }
        : { value: unescape(quoted.value), isLiteral: false };
    }
    const end = this.#left.indexOf("\n");
    const line = end === -1 ? this.#left : this.#left.slice(0, end);
    this.#left = end === -1 ? "" : this.#left.slice(end + 1);
    const value = line.split(" #")[0] ?? "";
    return { value: value.trimEnd(), isLiteral: false };
  }
}

/** The variables of a `.env` file. */
export interface Dotenv {
  /**
   * The value of a variable, the last one where a name occurs twice.
   *
   * @throws {UsageError} when an interpolation of it failed: lines that are not
   * this project's are read too, and must not stop it.
   */
  get(name: string): string | undefined;
}

/**
 * Reads a `.env` file.
 *
 * @param lookup The environment, which interpolation asks before the file. What
 * it throws is the error of the variable that asked.
 * @throws {UsageError} that names the line that Compose would refuse too. The
 * value is not shown, since it may be a secret.
 */
export function parseDotenv(
  text: string,
  lookup: Lookup = () => undefined,
): Dotenv {
  const variables = new Map<string, string | UsageError>();
  const get = (name: string) => {
    const value = variables.get(name);
    if (value instanceof UsageError) throw value;
    return value;
  };
  const keep = (name: string, where: string, read: Lookup) => {
    // Compose refuses the file, also where a later line has a good value.
    if (variables.get(name) instanceof UsageError) return;
    try {
      const value = read(name);
      if (value !== undefined) variables.set(name, value);
    } catch (error) {
      const message = `${name}, ${where}: ${messageOf(error)}`;
      variables.set(name, new UsageError(message, { cause: error }));
    }
  };
  const reader = new Reader(text.replace(/^\uFEFF/, ""));
  while (reader.toStatement()) {
    const { where } = reader;
    const { name, hasValue } = reader.name();
    if (!hasValue) {
      // A name alone takes the environment's value.
      keep(name, where, lookup);
      continue;
    }
    const { value, isLiteral } = reader.value();
    keep(
      name,
      where,
      () =>
        isLiteral
          ? value
          : interpolate(value, (wanted) => lookup(wanted) ?? get(wanted)),
    );
  }
  return { get };
}
