/**
 * Numbers as CoinGecko prints them.
 *
 * @module
 */

/**
 * A number as JSON text, in the form that the real API uses: below 0.0001 with
 * an exponent of two digits (`2.08e-06`), where JavaScript would print
 * `0.00000208`.
 */
export function printNumber(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e16) return String(value);
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  const power = exponent.slice(1).padStart(2, "0");
  const point = digits.includes(".") ? digits : `${digits}.0`;
  return `${point}e${exponent.startsWith("-") ? "-" : "+"}${power}`;
}

/** The decimals that a price of this size is shown with by default. */
function usualDecimals(price: number): number {
  if (price >= 10_000) return 0;
  if (price >= 1) return 2;
  if (price >= 1e-4) return 6;
  return Math.ceil(-Math.log10(price)) + 2;
}

/** How many decimals to print: a number from 0 to 18, all, or the usual ones. */
export type Precision = number | "full" | "usual";

/** A price as JSON text. */
export function printPrice(price: number, precision: Precision): string {
  if (precision === "full") return printNumber(price);
  const decimals = precision === "usual" ? usualDecimals(price) : precision;
  return printNumber(Number(price.toFixed(decimals)));
}
