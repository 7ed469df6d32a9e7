import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { assertEquals, assertStringIncludes } from "@std/assert";
import fixtures from "../fixtures/record_sets.txt" with { type: "text" };
import { decodeLz4 } from "../../kafka/records/lz4.ts";
import {
  decodeRecordSet,
  type Decompress,
  type RecordRun,
} from "../../kafka/records/record_set.ts";

// Each line: format, codec, and what Kafka's own Java classes wrote, base64.
const sets = fixtures.trim().split("\n").map((line) => {
  const [magic = "", codec = "", base64 = ""] = line.split(" ");
  return { magic, codec, bytes: Uint8Array.fromBase64(base64) };
});

// Snappy comes from npm, which no unit test reaches: here it is unreadable.
const decompress: Decompress = (codec, bytes) => {
  if (codec === "gzip") return Promise.resolve(gunzipSync(bytes));
  if (codec === "zstd") return Promise.resolve(zstdDecompressSync(bytes));
  if (codec === "lz4") return Promise.resolve(decodeLz4(bytes));
  return Promise.reject(new Error(`no ${codec} here`));
};

async function runsOf(bytes: Uint8Array): Promise<RecordRun[]> {
  return await Array.fromAsync(decodeRecordSet(bytes, decompress));
}

function setOf(magic: string, codec: string): Uint8Array {
  return sets.find((set) => set.magic === magic && set.codec === codec)!.bytes;
}

const utf8 = new TextDecoder();

function text(bytes: Uint8Array | null): string | null {
  return bytes && utf8.decode(bytes);
}

for (const { magic, codec, bytes } of sets) {
  if (codec === "snappy" || codec === "control") continue;
  Deno.test(`decodeRecordSet() reads ${codec} in format ${magic}`, async () => {
    const runs = await runsOf(bytes);
    assertEquals(runs.map(({ unreadable }) => unreadable).filter(Boolean), []);
    assertEquals(runs[0]?.codec, codec);
    assertEquals([runs[0]?.from, runs.at(-1)?.next], [100n, 103n]);
    const time = (ms: number) => magic === "0" ? -1 : ms;
    const records = runs.flatMap((run) => run.records);
    assertEquals(
      records.map(({ offset, timestampMs, key, value }) => [
        offset,
        timestampMs,
        text(key),
        text(value),
      ]),
      [
        [100n, time(1764758514000), "key", "hello ".repeat(40)],
        [101n, time(1764758514500), null, "second"],
        [102n, time(1764758515000), "k3", null],
      ],
    );
    const headers = records[0]?.headers ?? [];
    assertEquals(
      headers.map(([name, value]) => [name, value && [...value]]),
      magic !== "2" ? [] : [
        ["ce_id", [..."id-1"].map((char) => char.charCodeAt(0))],
        ["null", null],
        ["bin", [0xff, 0]],
      ],
    );
    const visited: unknown[] = [];
    const isWhole = records[0]?.visitHeaders?.((bytes, ...places) => {
      const [name, nameEnd, value, valueEnd] = places;
      visited.push([
        text(bytes.subarray(name, nameEnd)),
        valueEnd < value ? null : bytes.slice(value, valueEnd),
      ]);
      return true;
    });
    assertEquals([isWhole ?? true, visited], [true, headers]);
    assertEquals(
      records[0]?.visitHeaders?.(() => false),
      magic === "2" ? false : undefined,
    );
  });
}

Deno.test("decodeRecordSet() steps over a transaction marker", async () => {
  const [run] = await runsOf(setOf("2", "control"));
  assertEquals([run?.isControl, run?.from, run?.next], [true, 200n, 201n]);
  assertEquals([run?.records, run?.unreadable], [[], undefined]);
});

Deno.test("decodeRecordSet() names an unreadable batch and reads the next", async () => {
  for (const magic of ["0", "1", "2"]) {
    const bytes = new Uint8Array([
      ...setOf(magic, "snappy"),
      ...setOf(magic, "lz4"),
    ]);
    const [first, second] = await runsOf(bytes);
    assertEquals([first?.codec, first?.records], ["snappy", []]);
    assertEquals(first?.unreadable, "no snappy here");
    assertEquals(first?.next, 103n);
    assertEquals(second?.records.length, 3);
  }
});

Deno.test("decodeRecordSet() names a damaged batch, with its offsets", async () => {
  const bytes = setOf("2", "none").slice();
  // The length of the first record.
  bytes[61] = 0x7e;
  const [run] = await runsOf(bytes);
  assertEquals([run?.from, run?.next, run?.records], [100n, 103n, []]);
  assertStringIncludes(run?.unreadable ?? "", "expected");
});

Deno.test("decodeRecordSet() names a format and a codec that it does not know", async () => {
  const newer = setOf("2", "none").slice();
  newer[16] = 3;
  const other = setOf("2", "none").slice();
  other[22] = 5;
  const [first, second] = await runsOf(new Uint8Array([...newer, ...other]));
  assertEquals(first?.unreadable, "its format is 3, newer than 2");
  assertEquals([second?.codec, second?.records], ["unknown", []]);
});

Deno.test("decodeRecordSet() steps over a header that is too short for its format", async () => {
  // Bytes of the smallest batch or message, the size field's end included.
  for (const [magic, smallest] of [["0", 26], ["1", 34], ["2", 61]] as const) {
    const whole = setOf(magic, "none");
    for (let length = 17; length < smallest; length++) {
      const short = whole.slice(0, length);
      new DataView(short.buffer).setInt32(8, length - 12);
      const runs = await runsOf(new Uint8Array([...short, ...whole]));
      const [first, second] = runs;
      assertEquals([first?.from, first?.next, first?.records], [
        100n,
        101n,
        [],
      ]);
      assertStringIncludes(first?.unreadable ?? "", "its header is damaged");
      assertEquals(second?.unreadable, undefined, `${magic}, ${length}`);
    }
  }
});

Deno.test("decodeRecordSet() never steps back at a damaged last offset", async () => {
  const bytes = setOf("2", "none").slice();
  new DataView(bytes.buffer).setInt32(23, -5);
  const [run] = await runsOf(bytes);
  assertEquals([run?.from, run?.next], [100n, 101n]);
  assertStringIncludes(run?.unreadable ?? "", "last offset");
});

Deno.test("decodeRecordSet() ends at a size that no batch has", async () => {
  for (const size of [-12, -1, 0, 4]) {
    const bytes = setOf("2", "none").slice();
    new DataView(bytes.buffer).setInt32(8, size);
    assertEquals(await runsOf(bytes), []);
  }
});

Deno.test("decodeRecordSet() leaves an incomplete batch for the next fetch", async () => {
  const whole = setOf("2", "none");
  for (const cut of [1, 12, 17, whole.length - 1]) {
    const bytes = new Uint8Array([...whole, ...whole.subarray(0, cut)]);
    assertEquals((await runsOf(bytes)).length, 1);
  }
});
