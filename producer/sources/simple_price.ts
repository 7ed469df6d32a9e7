// The parser of CoinGecko's `/simple/price` responses, from `unknown` to coins.
// Nothing else becomes a price.

import { type ExactNumber, isExactNumber, toNumber } from "./exact_json.ts";
import {
  type Coin,
  type CoinField,
  coinFields,
  type Refused,
} from "./source.ts";

/** The content of a response. */
export interface Prices {
  /** The usable coins, in the order of the response. */
  readonly coins: Map<string, Coin>;
  /** Coins and fields that could not be used. */
  readonly refused: Refused[];
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
 * The API's error, or `undefined` when the response is not an error.
 * Five shapes are known, some of them under HTTP 200, so the shape decides:
 * `{status: {error_code, error_message}}`, `{error: "…"}`, `{error: {status}}`,
 * `{error_code, status}` and `{status: {timestamp, …}}`.
 */
export function apiError(
  json: unknown,
): { code: string; message: string } | undefined {
  if (!isObject(json)) return undefined;
  const { error, status } = json;
  if (error === undefined && status === undefined) return undefined;
  if (typeof error === "string") return { code: "", message: error };
  const inner = isObject(error) && isObject(error.status)
    ? error.status
    : isObject(status)
    ? status
    : {};
  const code = inner.error_code ?? json.error_code;
  return {
    code: isExactNumber(code) ? code.rawJSON : "",
    message: typeof inner.error_message === "string"
      ? inner.error_message
      : shown(json),
  };
}

function isPrice(value: unknown): value is ExactNumber {
  if (!isExactNumber(value)) return false;
  const number = toNumber(value);
  return Number.isFinite(number) && number > 0;
}

/**
 * Extracts the requested coins. A coin without a finite positive `usd` is
 * refused; any other field that is neither a number nor null is refused alone.
 *
 * @param json A parsed response in which {@linkcode apiError} finds no error.
 * @returns `undefined` when the response is not an object.
 */
export function parsePrices(
  json: unknown,
  ids: readonly string[],
): Prices | undefined {
  if (!isObject(json)) return undefined;
  const requested = new Set(ids);
  const coins = new Map<string, Coin>();
  const refused: Refused[] = [];
  for (const [id, fields] of Object.entries(json)) {
    if (!requested.has(id)) continue;
    if (!isObject(fields) || !isPrice(fields.usd)) {
      const got = isObject(fields) ? fields.usd : fields;
      const reason = `usd is ${shown(got)}, expected a positive number`;
      refused.push({ id, reason });
      continue;
    }
    const coin: { [field in CoinField]?: ExactNumber | null } = {};
    for (const name of coinFields) {
      const value = fields[name];
      if (value === undefined) continue;
      if (value === null || isExactNumber(value)) {
        coin[name] = value;
        continue;
      }
      const reason = `${name} is ${shown(value)}, expected a number or null`;
      refused.push({ id, field: name, reason });
    }
    coins.set(id, { ...coin, usd: fields.usd });
  }
  return { coins, refused };
}
