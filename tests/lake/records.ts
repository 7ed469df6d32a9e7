// Records of a made-up topic, each a function of seed and offset alone, and
// what the lake must make of them, in exact integers.

import type { BronzeRow } from "../../lakehouse/lake/bronze_row.ts";
import { isoTime } from "../../lakehouse/lake/value_text.ts";
import { utf8Bytes } from "../../lib/utf8.ts";
import { seeded } from "../chaos/seed.ts";

interface MadeCoin {
  readonly id: string;
  /** JSON text. */
  readonly price: string;
  readonly updated: number;
}

export interface MadeRecord {
  readonly row: BronzeRow;
  /** None: not JSON. */
  readonly coins: readonly MadeCoin[] | undefined;
}

export const topic = "made.up";
const startSeconds = 1_764_758_514;

const prices = [
  "92937",
  "0.000012345678901234",
  "1.5e-7",
  "123456789012345678.000000000000000001",
  "0.1234567890123456785",
  "2E3",
  "null",
  "-1.5",
];

export function recordAt(seed: number, offset: number): MadeRecord {
  const random = seeded(seed, `record ${offset}`);
  const isBroken = random.chance(0.05);
  const ids = ["bitcoin", "ethereum", "dogecoin"]
    .slice(0, random.whole(1, 3));
  const coins = isBroken ? undefined : ids.map((id) => ({
    id,
    price: prices[random.whole(0, prices.length - 1)] ?? "1",
    // Repeats and, with another price, revisions.
    updated: startSeconds + Math.floor(offset / 3) + random.whole(0, 1),
  }));
  const data = coins?.map(({ id, price, updated }) =>
    `"${id}":{"usd":${price},"usd_market_cap":12.5,"usd_24h_vol":1e3,` +
    `"usd_24h_change":-0.25,"last_updated_at":${updated}}`
  );
  const payload = data === undefined
    ? "{ not JSON"
    : `{"status":"success","data":{${data.join(",")}},` +
      `"source_system":"test","note":"é 1.5 \\"2\\""}`;
  return {
    coins,
    row: {
      topic,
      epoch: 0,
      partition: 0,
      offset: BigInt(offset),
      timestampMs: startSeconds * 1_000 + offset,
      key: "test",
      headers: `{"sequence":"${offset}"}`,
      payload: utf8Bytes(payload),
      payloadEncoding: "utf-8",
    },
  };
}

export function rowsOf(seed: number, from: number, count: number): BronzeRow[] {
  return Array.from(
    { length: count },
    (_, at) => recordAt(seed, from + at).row,
  );
}

const scale = 18;

/** Decimal text, with or without exponent, in units of 10^-18, half up. */
function units(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) throw new Error(`not a number: ${text}`);
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = BigInt(whole + fraction);
  const shift = scale - fraction.length + Number(exponent);
  const size = shift >= 0
    ? digits * 10n ** BigInt(shift)
    : (digits * 2n / 10n ** BigInt(-shift) + 1n) / 2n;
  return sign === "-" ? -size : size;
}

function decimalText(value: bigint): string {
  const digits = String(value).padStart(scale + 1, "0");
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Rows of silver as text, as the queries of {@linkcode silverQueries} give. */
export interface Silver {
  readonly ticks: string[];
  readonly revisions: string[];
  readonly rejects: string[];
}

export const silverQueries = {
  ticks: `SELECT crypto_symbol, api_timestamp, price_usd, kafka_offset
    FROM silver.crypto_ticks`,
  revisions: `SELECT crypto_symbol, api_timestamp, price_usd, kafka_offset
    FROM silver.crypto_revisions`,
  rejects: `SELECT reason, coalesce(crypto_symbol, '-'), kafka_offset
    FROM silver.crypto_rejects`,
};

/** What silver must be of the first records. */
export function expectedSilver(seed: number, count: number): Silver {
  const won = new Map<string, bigint>();
  const silver: Silver = { ticks: [], revisions: [], rejects: [] };
  for (let offset = 0; offset < count; offset++) {
    const { coins } = recordAt(seed, offset);
    if (coins === undefined) silver.rejects.push(`not_json - ${offset}`);
    for (const { id, price, updated } of coins ?? []) {
      const value = price === "null" ? undefined : units(price);
      if (value === undefined || value <= 0n) {
        const reason = value === undefined
          ? "price_null"
          : "price_not_positive";
        silver.rejects.push(`${reason} ${id} ${offset}`);
        continue;
      }
      const time = isoTime(BigInt(updated) * 1_000_000n);
      const text = `${id} ${time} ${decimalText(value)} ${offset}`;
      const first = won.get(`${id} ${updated}`);
      if (first === undefined) {
        won.set(`${id} ${updated}`, value);
        silver.ticks.push(text);
      } else if (first !== value) silver.revisions.push(text);
    }
  }
  for (const rows of Object.values(silver)) rows.sort();
  return silver;
}
