// Records for both engines: what a topic may hold at worst, damaged records, and
// prices around the edges of hours and days.

import type { Bronze } from "../lake/model_oracle.ts";
import { modelRecords } from "../lake/model_records.ts";
import { goldRecords, goldRows } from "../lake/gold_records.ts";
import type { Random } from "../chaos/seed.ts";
import { payloadText } from "../fakes/payload_text.ts";

const second = 1_764_758_514;

function nested(open: string, close: string, depth: number): string {
  return open.repeat(depth) + close.repeat(depth);
}

function price(usd: string, updated = String(second)): string {
  return `{"data":{"a":{"usd":${usd},"last_updated_at":${updated}}}}`;
}

/** What one engine might take and the other refuse. */
const texts: readonly string[] = [
  "\0",
  "a\0b",
  "\\",
  "'; DROP TABLE x; --",
  "\u{10ffff}\uffff\ufffe",
  "x".repeat(100_000),
  `"${"x".repeat(100_000)}"`,
  `"${"\\u0041".repeat(50_000)}"`,
  `[${"1,".repeat(100_000)}1]`,
  `{${'"a":1,'.repeat(50_000)}"a":2}`,
  `{"data":{${'"a":1,'.repeat(20_000)}"b":{"usd":1,"last_updated_at":9}}}`,
  price(`0.${"1".repeat(100_000)}`),
  price("1".repeat(100_000)),
  price(`0.${"4".repeat(18)}${"9".repeat(3_000)}`),
  price("5", `1764758514.${"9".repeat(3_000)}`),
  price("5", "1764758514.0000005"),
  price("5", "1764758514.00000049"),
  price("5", "99999999999.9999994"),
  price("5", "0.0000005"),
  price("5", "0.0000004"),
  price("5", '"1764758514\\n"'),
  price('"5\\n"'),
  price('"5"', '"1764758514.5"'),
  price("1e2147483647"),
  price("1e-2147483648"),
  price("0e2147483648"),
  price("1e9223372036854775807"),
  price("123456789012345678e-40"),
  ...[1_000, 1_001].flatMap((depth) => [
    nested("[", "]", depth),
    nested('{"a":', "}", depth).replace(":}", ":1}"),
    // Each level has another before the next.
    nested('["]}",{},', "]", depth - 1).replace(",]", ",[]]"),
    `{"data":{"b":{"usd":5,"last_updated_at":${second},"x":${
      nested("[", "]", depth - 3)
    }}}}`,
  ]),
  `{"data":{"deep":{"usd":${nested("[", "]", 900)}}}}`,
  `{"data":{"b":{"usd":5,"last_updated_at":${second},"x":${
    nested('{"a":[', "]}", 400)
  }}}}`,
  '{"data":"{\\"a\\":{\\"usd\\":5,\\"last_updated_at\\":9}}"}',
  '{"data":{"a":"{\\"usd\\":5,\\"last_updated_at\\":9}"}}',
  '{"=data":{"a":{"usd":5,"last_updated_at":9}}}',
  '{"data":{"=a":{"=usd":5,"usd":"=6","last_updated_at":9}}}',
  '{"data":{"=a":{"usd":6,"last_updated_at":9}},"source_system":"=s"}',
  '{"data":null,"data":{"b":{"usd":5,"last_updated_at":9}}}',
  '{"data":{"b":{"usd":null,"usd":5,"last_updated_at":9}}}',
  '{"source_system":null,"source_system":"s","data":{"b":{"usd":1,"last_updated_at":9}}}',
  '{"source_system":-1.50E+2,"data":{"b":{"usd":1,"last_updated_at":9}}}',
  '{"source_system":"\\ud83d\\ude00\\t\\u0000","data":{"b":{"usd":1,"last_updated_at":9}}}',
  '{"data":{"b":{"USD":1,"last_updated_at":9}},"Data":{}}',
  '[{"data":{"b":{"usd":1,"last_updated_at":9}}}]',
  '{"data":[{"b":{"usd":1,"last_updated_at":9}}]}',
  '{"data":{"b":[{"usd":1,"last_updated_at":9}]}}',
  ...["'a'", "a", "/**/1", "#1", "0x1", "1f", "1_0", "+1", ".5", "5.", "-"]
    .map((usd) => price(usd)),
  ...["\\u", "\\u00", "\\x", "\\'", "\\ud83d", "\\udc00\\ud83d", "\t", "\x7f"]
    .map((inside) => `{"data":{"a${inside}":${'{"usd":1}'}}}`),
  ...[
    "\uffff",
    "\ufffe\u{10ffff}",
    "\u0085\u2028",
    "e\u0301",
    "\u00e9",
    "\\uffff",
    '\\/\\b\\f\\n\\r\\t\\\\\\"',
    "\\uD83D\\uDE00",
    "n".repeat(60_000),
  ].map((name) =>
    `{"data":{"${name}":{"usd":1,"last_updated_at":9}},"source_system":"${name}"}`
  ),
  ...["\x0b", "\x0c", "\u00a0", "\u2028", "\ufeff", "\0", "\x1f"]
    .map((space) => `{"data":${space}{"a":{"usd":1,"last_updated_at":9}}}`),
];

const pieces = [
  ...'{}[],:"\\ \t\n0123456789.-+eEtfnNI',
  "null",
  "true",
  "NaN",
  "\\u0000",
  "\\ud800",
  "\\ude00",
  '"usd":5,',
  '"data":{},',
  '"a":{"usd":1,"last_updated_at":1764758000},',
  "\0",
  "\u00e9",
  "\u{1f600}",
];

/** A text with a few pieces changed, taken away or doubled. */
function damaged(random: Random, text: string): string {
  const units = [...text];
  for (let times = random.whole(1, 3); times > 0; times--) {
    const at = random.whole(0, units.length);
    const dice = random.whole(0, 3);
    const piece = pieces[random.whole(0, pieces.length - 1)] ?? "";
    if (dice === 0) units.splice(at, random.whole(1, 6));
    else if (dice === 1) units.splice(at, 1, piece);
    else if (dice === 2) units.splice(at, 0, piece);
    else units.splice(at, 0, ...units.slice(at, at + random.whole(1, 40)));
  }
  return units.join("");
}

/** At least so many records in the order of their offsets, in batches of one time. */
export function hostileRecords(random: Random, count: number): Bronze[] {
  const ordinary = modelRecords(
    () => random.whole(0, 0xffff_ffff) / 2 ** 32,
    Math.ceil(count / 2),
  );
  const short = ordinary.flatMap(({ payload }) =>
    payload !== null && payload.length < 3_000 ? [payload] : []
  );
  const gold = goldRows(goldRecords(random, Math.ceil(count / 10)));
  const payloads = [
    ...texts,
    ...gold.map((row) => payloadText(row) ?? ""),
    ...Array.from(
      { length: Math.ceil(count * 0.4) },
      () => damaged(random, short[random.whole(0, short.length - 1)] ?? ""),
    ),
  ];
  const rows = [
    ...ordinary,
    ...payloads.map((payload): Bronze => ({
      offset: 0,
      payload,
      encoding: "utf-8",
      seconds: second + 10 * 86_400,
    })),
  ];
  return rows.map((row, offset) => ({ ...row, offset }));
}
