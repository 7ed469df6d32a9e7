// JSON whose numbers keep the digits of their source text. A double would turn
// `2.08e-06` into `0.00000208` and round integers beyond 2^53.

/** A number as source text; `JSON.stringify()` prints it unchanged. */
export interface ExactNumber {
  /** The source text. */
  readonly rawJSON: string;
}

// Part of ECMAScript 2025's "JSON.parse source text access"; TypeScript's
// libraries do not declare it yet, hence the cast.
interface ExactJSON {
  parse(
    text: string,
    reviver: (
      key: string,
      value: unknown,
      context: { readonly source?: string },
    ) => unknown,
  ): unknown;
  rawJSON(text: string): ExactNumber;
  isRawJSON(value: unknown): value is ExactNumber;
}
const exact = JSON as unknown as ExactJSON;

/**
 * Parses JSON, with an {@linkcode ExactNumber} in place of each number.
 *
 * @throws {SyntaxError} when the text is not JSON.
 */
export function parseExact(text: string): unknown {
  return exact.parse(
    text,
    (_key, value, { source }) =>
      typeof value === "number" && source !== undefined
        ? exact.rawJSON(source)
        : value,
  );
}

/** Whether a parsed value is a number. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return exact.isRawJSON(value);
}

/**
 * A number from its text, e.g. `exactNumber("2.08e-06")`.
 *
 * @throws {SyntaxError} when the text is not a JSON number.
 */
export function exactNumber(text: string): ExactNumber {
  return exact.rawJSON(text);
}

/** The nearest double; infinite beyond the range of doubles. */
export function toNumber(value: ExactNumber): number {
  return Number(value.rawJSON);
}
