// @ts-check
// Decimal numbers as text: a double would lose digits.

const pattern = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Whether a text is a plain decimal number.
 *
 * @param {unknown} text
 * @returns {text is string}
 */
export function isDecimal(text) {
  return typeof text === "string" && pattern.test(text);
}

/**
 * The number of digits after the point, without trailing zeros.
 *
 * @param {string} text
 * @returns {number}
 */
export function fractionDigits(text) {
  return pattern.exec(text)?.[3]?.replace(/0+$/, "").length ?? 0;
}

/**
 * A decimal as an integer of units of 10^-digits.
 *
 * @param {string} text
 * @param {number} digits
 * @returns {bigint}
 */
function scaled(text, digits) {
  const [, sign = "", whole = "0", fraction = ""] = pattern.exec(text) ?? [];
  const value = BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  return sign === "-" ? -value : value;
}

/**
 * Compares two decimals as numbers: negative, zero or positive. `null` is the
 * smallest.
 *
 * @param {string | null} a
 * @param {string | null} b
 * @returns {number}
 */
export function compareDecimals(a, b) {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  const digits = Math.max(fractionDigits(a), fractionDigits(b));
  const [left, right] = [scaled(a, digits), scaled(b, digits)];
  return left < right ? -1 : left > right ? 1 : 0;
}
