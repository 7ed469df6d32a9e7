// Records of the usual shape, read in V8: DuckDB takes several times as long to
// make decimals of JSON text. Only what means the same beyond doubt is read
// here; any other text is left to the models, which can read each.

import { code, JsonCursor, UnusualText } from "./json_cursor.ts";
import { readDecimal } from "./plain_decimal.ts";

/** The coins of a record, as the models' table `read_coins` has them. */
export interface PlainCoins {
  /** The record's member `source_system`; null without. */
  readonly source: string | null;
  /** The coins' names, each once. */
  readonly ids: readonly string[];
  /** {@linkcode coinWords} for each coin. */
  readonly words: Int32Array;
}

/** Where a coin's values begin among its words, and how many words it has. */
export const coinWords = {
  /** DECIMAL(38, 18). */
  price: 0,
  /** DECIMAL(38, 8), as the market's value. */
  volume: 4,
  marketCap: 8,
  /** DECIMAL(38, 18). */
  percentChange: 12,
  /** µs since 1970, 64 bits. */
  updatedAt: 16,
  /** Which values are there: the bits of {@linkcode presentBits}. */
  present: 18,
  count: 19,
} as const;

/** Bits of the values that may be missing. */
export const presentBits = { volume: 1, marketCap: 2, percentChange: 4 };

const priceBit = 8;
const timeBit = 16;
const required = priceBit | timeBit;

/** A field of a coin that the models read. */
interface Field {
  readonly name: string;
  /** As it mostly stands in a text. */
  readonly text: string;
  /** Where its value goes. */
  readonly at: number;
  /** Digits after the point that are kept. */
  readonly scale: number;
  readonly bit: number;
}

function field(name: string, at: number, scale: number, bit: number): Field {
  return { name, text: `"${name}":`, at, scale, bit };
}

/** In the order of most texts, which makes them quick to find. */
const fields: readonly Field[] = [
  field("usd", coinWords.price, 18, priceBit),
  field("usd_market_cap", coinWords.marketCap, 8, presentBits.marketCap),
  field("usd_24h_vol", coinWords.volume, 8, presentBits.volume),
  field(
    "usd_24h_change",
    coinWords.percentChange,
    18,
    presentBits.percentChange,
  ),
  field("last_updated_at", coinWords.updatedAt, 0, timeBit),
];

const maxCoins = 1_000;

/** Seconds since 1970 whose microseconds are whole numbers of V8. */
const maxSeconds = 9_000_000_000;

/** The coins of the text that is being read. */
const words = new Int32Array(maxCoins * coinWords.count);

/** The name of a coin's field, and its colon; `undefined` for another name. */
function readField(cursor: JsonCursor, place: number): Field | undefined {
  const usual = fields[place];
  if (usual !== undefined && cursor.skips(usual.text)) return usual;
  const name = cursor.string();
  cursor.sign(code.colon);
  return fields.find((field) => field.name === name);
}

function readSeconds(cursor: JsonCursor, at: number): void {
  let seconds = 0;
  for (;;) {
    const digit = cursor.next - code.zero;
    if (!(digit >= 0 && digit <= 9)) break;
    seconds = seconds * 10 + digit;
    if (seconds === 0 || seconds > maxSeconds) throw UnusualText.error;
    cursor.at++;
  }
  if (seconds === 0) throw UnusualText.error;
  const micros = seconds * 1_000_000;
  words[at] = micros;
  words[at + 1] = Math.floor(micros / 2 ** 32);
  cursor.space();
}

function readCoin(cursor: JsonCursor, from: number): void {
  let seen = 0;
  let present = 0;
  cursor.sign(code.leftBrace);
  for (let place = 0;; place++) {
    const field = readField(cursor, place);
    if (field === undefined) cursor.skip();
    else {
      const { at, scale, bit } = field;
      if ((seen & bit) !== 0) throw UnusualText.error;
      seen |= bit;
      if (cursor.next === code.n) cursor.skip();
      else {
        present |= bit;
        const to = from + at;
        if (bit === timeBit) readSeconds(cursor, to);
        else {
          const isPositive = bit === priceBit;
          readDecimal(cursor, { words, to, scale, isPositive });
        }
      }
    }
    if (cursor.next === code.rightBrace) break;
    cursor.sign(code.comma);
  }
  cursor.sign(code.rightBrace);
  if ((present & required) !== required) throw UnusualText.error;
  words[from + coinWords.present] = present & ~required;
}

function readRecord(cursor: JsonCursor): PlainCoins {
  const ids: string[] = [];
  let data = 0;
  let sources = 0;
  let source: string | null = null;
  cursor.members((name) => {
    if (name === "data") {
      data++;
      cursor.members((id) => {
        const count = ids.push(id);
        if (count > maxCoins) throw UnusualText.error;
        readCoin(cursor, (count - 1) * coinWords.count);
      });
    } else if (name === "source_system") {
      sources++;
      source = cursor.string();
    } else cursor.skip();
  });
  if (
    !cursor.isAtEnd || data !== 1 || sources > 1 || ids.length === 0 ||
    new Set(ids).size < ids.length
  ) throw UnusualText.error;
  return { source, ids, words: words.slice(0, ids.length * coinWords.count) };
}

/**
 * Reads a record's coins.
 *
 * @returns `undefined` where the models have to read the text: it is not JSON,
 * has escapes, names something twice, or has a coin that is not a good
 * observation or whose numbers have many digits.
 */
export function readPlainRecord(text: string): PlainCoins | undefined {
  try {
    return readRecord(new JsonCursor(text));
  } catch (error) {
    if (error instanceof UnusualText) return undefined;
    throw error;
  }
}
