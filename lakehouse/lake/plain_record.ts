// Records of the usual shape, read in V8: DuckDB takes several times as long to
// make decimals of JSON text. Only what means the same beyond doubt is read
// here; any other text is left to the models, which can read each.

import { RecentText, RecentTexts } from "../../lib/recent_text.ts";
import { code, JsonCursor, UnusualText } from "./json_cursor.ts";
import { readDecimal } from "./plain_decimal.ts";

/** The coins of a record, as the models' table `read_coins` has them. */
export interface PlainCoins {
  /** The record's member `source_system`; null without. */
  readonly source: string | null;
  /** The coins' names, each once. */
  readonly ids: readonly string[];
  /** {@linkcode coinWords} for each coin, those of other records around them. */
  readonly words: Int32Array;
  /** Where they begin. */
  readonly from: number;
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
  /** As it mostly stands in a text, with its colon. */
  readonly text: Uint8Array;
  /** Where its value goes. */
  readonly at: number;
  /** Digits after the point that are kept. */
  readonly scale: number;
  readonly bit: number;
}

function field(name: string, at: number, scale: number, bit: number): Field {
  const text = new TextEncoder().encode(`"${name}":`);
  return { name, text, at, scale, bit };
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

/** Words that are allocated at once: those of hundreds of records. */
const blockWords = 64 * 1024;

/** Seconds since 1970 whose microseconds are whole numbers of V8. */
const maxSeconds = 9_000_000_000;

/** The coins of the text that is being read go to `at` and after it. */
let words = new Int32Array(blockWords);
let at = 0;

/** Names and texts of the record before. */
const recent = {
  members: new RecentTexts(),
  ids: new RecentTexts(),
  source: new RecentText(),
  other: new RecentText(),
};

/** The name of a coin's field, and its colon; `undefined` for another name. */
function readField(cursor: JsonCursor, place: number): Field | undefined {
  const usual = fields[place];
  if (usual !== undefined && cursor.skips(usual.text)) return usual;
  const name = cursor.name(recent.other);
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

/** The names of the record before. */
let lastIds: readonly string[] = [];

/** That list, if it is the same, so that it is neither kept nor checked again. */
function uniqueIds(ids: readonly string[]): readonly string[] {
  const isSame = ids.length === lastIds.length &&
    ids.every((id, place) => id === lastIds[place]);
  if (isSame) return lastIds;
  if (new Set(ids).size < ids.length) throw UnusualText.error;
  lastIds = ids;
  return ids;
}

function readRecord(cursor: JsonCursor): PlainCoins {
  const ids: string[] = [];
  if (at + maxCoins * coinWords.count > words.length) {
    words = new Int32Array(blockWords);
    at = 0;
  }
  let data = 0;
  let sources = 0;
  let source: string | null = null;
  let place = 0;
  cursor.members(() => {
    const name = cursor.name(recent.members.at(place++));
    if (name === "data") {
      data++;
      cursor.members(() => {
        const id = cursor.name(recent.ids.at(ids.length));
        const count = ids.push(id);
        if (count > maxCoins) throw UnusualText.error;
        readCoin(cursor, at + (count - 1) * coinWords.count);
      });
    } else if (name === "source_system") {
      sources++;
      source = cursor.string(recent.source);
    } else cursor.skip();
  });
  if (
    !cursor.isAtEnd || data !== 1 || sources > 1 || ids.length === 0
  ) throw UnusualText.error;
  const from = at;
  at += ids.length * coinWords.count;
  return { source, ids: uniqueIds(ids), words, from };
}

/**
 * Reads a record's coins.
 *
 * @param utf8 Its text, which is valid UTF-8.
 * @returns `undefined` where the models have to read the text: it is not JSON,
 * has escapes, names something twice, or has a coin that is not a good
 * observation or whose numbers have many digits.
 */
export function readPlainRecord(utf8: Uint8Array): PlainCoins | undefined {
  try {
    return readRecord(new JsonCursor(utf8));
  } catch (error) {
    if (error instanceof UnusualText) return undefined;
    throw error;
  }
}
