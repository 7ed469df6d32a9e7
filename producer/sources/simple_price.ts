/**
 * The one parser of CoinGecko's `/simple/price` answers: from `unknown` to
 * coins, and nothing else becomes a price.
 *
 * @module
 */

import { type Coin, type CoinField, coinFields } from "./source.ts";
import { type ExactNumber, isExactNumber, toNumber } from "./exact_json.ts";

/** What an answer held. */
export interface Prices {
  /** The usable coins, in the order of the answer. */
  readonly coins: Map<string, Coin>;
  /** What could not be used, as `coin: reason`. */
  readonly refused: string[];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !isExactNumber(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

/**
 * What the API says went wrong, or `undefined` when the answer is no error.
 * Five shapes are known, some of them under HTTP 200, so the shape decides:
 * `{status: {error_code, error_message}}`, `{error: "…"}`, `{error: {status}}`,
 * `{error_code, status}` and `{status: {timestamp, …}}`.
 */
export function apiError(
  answer: unknown,
): { code: string; message: string } | undefined {
  if (!isObject(answer)) return undefined;
  const { error, status } = answer;
  if (error === undefined && status === undefined) return undefined;
  if (typeof error === "string") return { code: "", message: error };
  const inner = isObject(error) && isObject(error.status)
    ? error.status
    : isObject(status)
    ? status
    : {};
  const code = inner.error_code ?? answer.error_code;
  return {
    code: isExactNumber(code) ? code.rawJSON : "",
    message: typeof inner.error_message === "string"
      ? inner.error_message
      : shown(answer),
  };
}

function isPrice(value: unknown): value is ExactNumber {
  if (!isExactNumber(value)) return false;
  const number = toNumber(value);
  return Number.isFinite(number) && number > 0;
}

/**
 * Takes the coins that were asked for out of an answer. A coin without a
 * finite positive `usd` is refused whole; another field that is neither a
 * number nor null is refused alone.
 *
 * @param answer A parsed answer that {@linkcode apiError} found no error in.
 * @returns `undefined` when the answer is no object of coins.
 */
export function parsePrices(
  answer: unknown,
  ids: readonly string[],
): Prices | undefined {
  if (!isObject(answer)) return undefined;
  const asked = new Set(ids);
  const coins = new Map<string, Coin>();
  const refused: string[] = [];
  for (const [id, fields] of Object.entries(answer)) {
    if (!asked.has(id)) continue;
    if (!isObject(fields) || !isPrice(fields.usd)) {
      const got = isObject(fields) ? fields.usd : fields;
      refused.push(`${id}: usd is ${shown(got)}, expected a positive number`);
      continue;
    }
    const coin: { [field in CoinField]?: ExactNumber | null } = {};
    for (const name of coinFields) {
      const value = fields[name];
      if (value === undefined) continue;
      if (value === null || isExactNumber(value)) coin[name] = value;
      else refused.push(`${id}: ${name} is ${shown(value)}, left out`);
    }
    coins.set(id, { ...coin, usd: fields.usd });
  }
  return { coins, refused };
}
