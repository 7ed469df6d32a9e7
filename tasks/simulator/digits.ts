// Numbers in the notation of CoinGecko.

/**
 * A number as JSON text in the notation of the real API: below 0.0001 with an
 * exponent of two digits (`2.08e-06`), where JavaScript prints `0.00000208`.
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

function usualDecimals(price: number): number {
  if (price >= 10_000) return 0;
  if (price >= 1) return 2;
  if (price >= 1e-4) return 6;
  return Math.ceil(-Math.log10(price)) + 2;
}

/** A price as JSON text, with the decimals that are usual for its size. */
export function printPrice(price: number): string {
  return printNumber(Number(price.toFixed(usualDecimals(price))));
}
