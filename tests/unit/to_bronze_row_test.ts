import { assert, assertEquals, assertMatch } from "@std/assert";
import type { DecodedRecord } from "../../kafka/records/record.ts";
import type { BronzeRow } from "../../lakehouse/lake/bronze_row.ts";
import {
  asAscii,
  isSameRecord,
  toBronzeRow,
} from "../../lakehouse/ingest/to_bronze_row.ts";
import { payloadText } from "../fakes/payload_text.ts";
import { seeded } from "../fakes/random.ts";

const place = { topic: "t", epoch: 2, partition: 1 };
const utf8 = new TextEncoder();

const empty = { offset: 7n, timestampMs: 5, key: null, value: null };

function rowOf(record: Partial<DecodedRecord>): BronzeRow {
  return toBronzeRow({ ...empty, headers: [], ...record }, place);
}

Deno.test("toBronzeRow() keeps text as it is", () => {
  const text = '\ufeff{"price": 92937.50}\n\u0000ü\u{1f600}';
  const row = rowOf({ key: utf8.encode(""), value: utf8.encode(text) });
  assertEquals(row, {
    ...place,
    offset: 7n,
    timestampMs: 5,
    key: "",
    headers: "{}",
    payload: utf8.encode(text),
    payloadEncoding: "utf-8",
    coins: undefined,
  });
});

Deno.test("toBronzeRow() reads the coins of an ordinary record", () => {
  const text = '{"data":{"a":{"usd":1.5,"last_updated_at":5}}}';
  assertEquals(rowOf({ value: utf8.encode(text) }).coins?.ids, ["a"]);
});

Deno.test("toBronzeRow() writes bytes that are not UTF-8 as base64", () => {
  const value = new Uint8Array([0xff, 0xfe]);
  // Neither a surrogate nor a longer form than needed is UTF-8.
  for (const bytes of [[0xed, 0xa0, 0x80], [0xc0, 0x80], [0x80]]) {
    const key = new Uint8Array(bytes);
    assertEquals(rowOf({ key }).key, `base64:${key.toBase64()}`);
  }
  const row = rowOf({ value });
  assertEquals([payloadText(row), row.payloadEncoding], ["//4=", "base64"]);
});

Deno.test("toBronzeRow() tells a text that looks like base64 from bytes", () => {
  const { key } = rowOf({ key: utf8.encode("base64:AA==") });
  assertEquals(key, `base64:${utf8.encode("base64:AA==").toBase64()}`);
});

Deno.test("toBronzeRow() has a tombstone without payload and without encoding", () => {
  const { payload, payloadEncoding } = rowOf({ value: null });
  assertEquals([payload, payloadEncoding], [null, null]);
});

Deno.test("toBronzeRow() keeps all headers, in their order", () => {
  const { headers } = rowOf({
    headers: [
      ["b", utf8.encode("1")],
      ["10", new Uint8Array([0xff])],
      ["b", null],
      ["__proto__", utf8.encode('"')],
      ["", null],
    ],
  });
  assertEquals(
    headers,
    '{"b":["1",null],"10":"base64:/w==","__proto__":"\\"","":null}',
  );
});

/** Visits the headers as they stand in a batch. */
function visitorOf(
  headers: DecodedRecord["headers"],
): NonNullable<DecodedRecord["visitHeaders"]> {
  return (visit) =>
    headers.every(([name, value]) => {
      const nameBytes = utf8.encode(name);
      // What follows in the batch is not part of it.
      const bytes = utf8.encode(`-${name}-`);
      const all = new Uint8Array([...bytes, ...value ?? [], 0x22]);
      const from = bytes.length;
      const to = value === null ? from - 1 : from + value.length;
      return visit(all, 1, 1 + nameBytes.length, from, to);
    });
}

Deno.test("toBronzeRow() has the same headers from a batch", () => {
  const random = seeded(11);
  const one = <T>(from: readonly T[]) =>
    from[Math.floor(random() * from.length)]!;
  const values = [
    null,
    new Uint8Array(),
    ...[
      "1",
      "~ !",
      "base64",
      "base64:AA==",
      'a"b',
      "a\\b",
      "\u001f",
      "ü",
      "x".repeat(9_000),
    ]
      .map((text) => utf8.encode(text)),
    new Uint8Array([0xff]),
  ];
  const names = [["a", "b"], ["a", "b", "c"], ["b", "a"], ["a", "a"], [
    '"',
    "ü",
  ], []];
  let plain = 0;
  for (let round = 0, list = one(names); round < 3_000; round++) {
    // Mostly those of the record before.
    if (random() < 0.2) list = one(names);
    const headers = list.map((name) =>
      [name, random() < 0.8 ? values[2]! : one(values)] as const
    );
    let isRead = false;
    const row = toBronzeRow({
      ...empty,
      visitHeaders: visitorOf(headers),
      get headers() {
        isRead = true;
        return headers;
      },
    }, place);
    if (!isRead) plain++;
    assertEquals(row.headers, rowOf({ headers }).headers);
  }
  // The usual way was the exception.
  assert(plain > 1_000, `${plain}`);
});

Deno.test("toBronzeRow() has no time for a record without one", () => {
  for (const timestampMs of [-1, 9e15, -9e15, 2 ** 63, Number.NaN]) {
    assertEquals(rowOf({ timestampMs }).timestampMs, null);
  }
  assertEquals(rowOf({ timestampMs: 0 }).timestampMs, 0);
});

Deno.test("toBronzeRow() keeps every byte, whatever they are", () => {
  const random = seeded(7);
  const bytes = () => {
    const length = Math.floor(random() * 40);
    // Often near text: the borders of UTF-8 are met.
    const top = random() < 0.5 ? 128 : 256;
    return Uint8Array.from({ length }, () => Math.floor(random() * top));
  };
  const maybe = () => random() < 0.2 ? null : bytes();
  const back = (text: string | null, isMarked: boolean) =>
    text === null
      ? null
      : isMarked
      ? Uint8Array.fromBase64(text.replace("base64:", ""))
      : utf8.encode(text);
  const marked = (text: string | null) =>
    back(text, text?.startsWith("base64:") === true);
  for (let i = 0; i < 3_000; i++) {
    const [key, value, header] = [maybe(), maybe(), maybe()];
    const row = rowOf({ key, value, headers: [["h", header]] });
    assertEquals(marked(row.key), key);
    assertEquals(marked(JSON.parse(row.headers).h), header);
    assertEquals(
      back(payloadText(row), row.payloadEncoding === "base64"),
      value,
    );
    assertEquals(isSameRecord(row, { ...row, epoch: 9, offset: 1n }), true);
    const ascii = asAscii(row);
    assertEquals(marked(ascii.key), key);
    assertEquals(marked(JSON.parse(ascii.headers).h), header);
    assertEquals(back(payloadText(ascii), true), value);
    assertMatch(
      `${ascii.key}${ascii.headers}${payloadText(ascii)}`,
      /^[ -~]*$/,
    );
    assertEquals([isSameRecord(row, ascii), isSameRecord(ascii, row)], [
      true,
      true,
    ]);
  }
});

Deno.test("isSameRecord() compares time, key, headers and payload", () => {
  const row = rowOf({ value: utf8.encode("//4=") });
  const changes: Partial<BronzeRow>[] = [
    { timestampMs: null },
    { key: "k" },
    { headers: '{"a":"1"}' },
    { payload: new Uint8Array() },
    { payload: utf8.encode("//5=") },
    { payload: null },
    { payloadEncoding: "base64" },
  ];
  for (const change of changes) {
    assertEquals(isSameRecord(row, { ...row, ...change }), false);
    assertEquals(isSameRecord(asAscii(row), { ...row, ...change }), false);
  }
});

Deno.test("isSameRecord() tells a text from the same one with a byte order mark", () => {
  const text = utf8.encode("\ufeff{}");
  const row = rowOf({ key: text, value: text });
  assertEquals(isSameRecord(row, { ...row, key: "{}" }), false);
  assertEquals(
    isSameRecord(row, { ...row, payload: utf8.encode("{}") }),
    false,
  );
});
