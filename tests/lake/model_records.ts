// Records as bad as a topic can hold, and many ordinary ones.

import type { BronzeRow } from "../../lakehouse/lake/bronze_row.ts";
import { readPlainRecord } from "../../lakehouse/lake/plain_record.ts";
import { utf8Bytes } from "../../lib/utf8.ts";
import type { Bronze } from "./model_oracle.ts";

const time = 1_764_758_514;

function coin(usd: string, updated = String(time), rest = ""): string {
  return `{"usd":${usd},"usd_market_cap":1855524642938.09,` +
    `"usd_24h_vol":91517389314.45,"usd_24h_change":-6.77,` +
    `"last_updated_at":${updated}${rest}}`;
}

function record(data: string): string {
  return `{"status":"success","data":${data},` +
    `"api_call_timestamp":"2025-12-03T10:42:30.109530",` +
    `"http_status_code":200,"source_system":"coingecko_v3"}`;
}

const prices = [
  "92937",
  '"92937"',
  "0.000000004563",
  "0.12345678901234567",
  "0.123456789012345678901234567890",
  "1234567890123456789.123456789012345678",
  "4.563e-09",
  "4.563E-9",
  "9.2937e+4",
  "1e18",
  "9e18",
  "1e19",
  "0.99999e-39",
  "0.0000000330e25",
  "99999999999999999999e-1",
  "1e-400",
  "1e400",
  "1e-99999999999999999999",
  "1e99999999999999999999",
  "0e5",
  "5e-19",
  "4.9e-19",
  "0.0000000000000000005",
  "0.0000000000000000004999",
  "9999999999999999999",
  "9999999999999999999.9999999999999999994",
  "9999999999999999999.9999999999999999995",
  "12345678901234567890",
  "100000000000000000000000000000000000000000",
  "0",
  "-0",
  "0.0",
  "-1",
  "-1e-30",
  "-1e30",
  "null",
  "true",
  '"abc"',
  '""',
  '" 5"',
  '"0x10"',
  '"1_000"',
  '"1,5"',
  '"NaN"',
  '"Infinity"',
  '"01"',
  '"1."',
  '".5"',
  '"+1"',
  '"\\u0031\\u0032"',
  '{"value":5}',
  '["5"]',
  "[]",
  `0.${"1".repeat(5_000)}`,
  `1${"0".repeat(5_000)}`,
  `0.${"0".repeat(3_000)}1e3010`,
];

const times = [
  "null",
  "0",
  "-5",
  '"1764758514"',
  "1764758514.5",
  "1764758514.1234567",
  "1.764758514e9",
  "1764758514000",
  "1e30",
  "1e-30",
  "99999999999999999999",
  '"2025-12-03T10:41:54Z"',
  '"2025-12-03T16:11:54+05:30"',
  "{}",
  "true",
];

const texts = [
  null,
  "",
  " ",
  "not json",
  "5",
  "null",
  "[]",
  '"text"',
  "{}",
  "NaN",
  "-Infinity",
  '{"error":"rate_limit","retry":true}',
  record("{}"),
  record("null"),
  record("[1,2]"),
  record('"data"'),
  record("5"),
  record(`{"bitcoin":${coin("5")},}`),
  record(`{"bitcoin":${coin("NaN")}}`),
  record(`{"bitcoin":${coin("-inf")}}`),
  record(`{"bitcoin":${coin("01")}}`),
  record(`{"bitcoin":${coin("5")}}`) + " ",
  record(`{"bitcoin":${coin("5")}}`) + "x",
  `\ufeff${record(`{"bitcoin":${coin("5")}}`)}`,
  record(`{"bitcoin":${coin("7")},"bitcoin":${coin("8")}}`),
  record(`{"bitcoin":null,"bitcoin":${coin("8")}}`),
  record(`{"bitcoin":{"usd":1.5,"usd":2.5,"last_updated_at":${time}}}`),
  record(`{"bitcoin":null,"ethereum":5,"tether":"x","solana":[1]}`),
  record(`{"bit\\u0063oin":${coin("11")},"":${coin("12")}}`),
  record(`{"a\\"b":${coin("13")},"a.b":${coin("14")},"*":${coin("15")}}`),
  record(
    `{"x":${
      coin("16", String(time), ',"note":"\\"usd\\":5, \\\\\\":6, NaN,]"')
    }}`,
  ),
  record(`{"note\\\\":5,"y":${coin("17", String(time), ',"tail\\\\":":5"')}}`),
  record(`{"nan,":${coin("18")},"inf ,]":${coin("19")},"trap":", ]"}`),
  record(`{"z":${coin("20", String(time), ',"deep":[{"usd":5},[[1,2]]]')}}`),
  record(`{"lone":${coin("21", String(time), ',"s":"\\ud800"')}}`),
  record(`{"pair":${coin("22", String(time), ',"s":"\\ud83d\\ude00"')}}`),
  record(`{"spaced" : { "usd" :\t1.25 , "last_updated_at"\n: ${time} } }`),
  `{"data":{"a":${coin("23")}},"data":{"b":${coin("24")}}}`,
  `{"d\\u0061ta":{"c":${coin("25")}},"source_system":7}`,
  `{"data":{"d":${coin("26")}},"source_system":{"a":1}}`,
  `{"data":{"e":${coin("27")}},"source_system":true}`,
  `{"data":{"f":${coin("28", String(time), ',"\\u0000":"\\u0000"')}}}`,
  record(
    `{"a\\u0000":${coin("29")},"a\ufffd":${coin("30")},"\\u0000":${
      coin("-1")
    }}`,
  ),
  `{"data":{"g":${coin("31")}},"source_system":"\\u0000s"}`,
  "[".repeat(900) + "]".repeat(900),
  // Three levels are around it.
  ...[997, 998].map((depth, at) =>
    record(
      `{"levels":${
        coin(
          String(32 + at),
          String(time),
          `,"x":${"[".repeat(depth)}"]"${"]".repeat(depth)}`,
        )
      }}`,
    )
  ),
  record(
    `{"wide":${coin("34", String(time), `,"x":[${"{},[],".repeat(900)}0]`)}}`,
  ),
  ...prices.map((usd) => record(`{"bitcoin":${coin(usd)}}`)),
  ...prices.map((usd) =>
    record(
      `{"eth":{"usd":1,"usd_market_cap":${usd},"usd_24h_vol":${usd},` +
        `"usd_24h_change":${usd},"last_updated_at":${time}}}`,
    )
  ),
  ...times.map((updated) => record(`{"bitcoin":${coin("5", updated)}}`)),
  ...[299, 300, 301].map((later) =>
    record(`{"late":${coin("5", String(time + later))}}`)
  ),
];

/** The same records for the same generator; in no order of their times. */
export function modelRecords(random: () => number, count: number): Bronze[] {
  const pick = <T>(from: readonly T[]) =>
    from[Math.floor(random() * from.length)] as T;
  const coins = ["bitcoin", "ethereum", "shiba-inu", "dogecoin"];
  const ordinary = () => {
    const data = coins.filter(() => random() < 0.8).map((name) => {
      const usd = (random() * 10 ** (random() * 9 - 6)).toPrecision(
        1 + Math.floor(random() * 17),
      );
      const updated = time - 7_200 + Math.floor(random() * 300) * 24;
      return `"${name}":${coin(usd, String(updated))}`;
    });
    return record(`{${data.join()}}`);
  };
  return Array.from({ length: count }, (_, offset) => {
    const payload = offset < texts.length
      ? texts[offset] ?? null
      : random() < 0.1
      ? pick(texts)
      : ordinary();
    const encoding = payload === null
      ? null
      : offset >= texts.length && random() < 0.01
      ? "base64"
      : "utf-8";
    return { offset, payload, encoding, seconds: time };
  });
}

/** Records as the writer of a lake takes them. */
export function bronzeRows(records: readonly Bronze[]): BronzeRow[] {
  return records.map(({ offset, payload, encoding, seconds }) => ({
    topic: "crypto.prices.raw",
    epoch: 0,
    partition: 0,
    offset: BigInt(offset),
    timestampMs: seconds * 1_000,
    key: null,
    headers: "{}",
    payload: payload === null ? null : utf8Bytes(payload),
    payloadEncoding: encoding,
    coins: payload === null || encoding !== "utf-8"
      ? undefined
      : readPlainRecord(utf8Bytes(payload)),
  }));
}
