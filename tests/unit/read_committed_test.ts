import { assertEquals } from "@std/assert";
import fixtures from "../fixtures/record_sets.txt" with { type: "text" };
import { readCommitted } from "../../kafka/records/read_committed.ts";

const [, plain = ""] = /^2 none (.*)$/m.exec(fixtures) ?? [];
const [, marker = ""] = /^2 control (.*)$/m.exec(fixtures) ?? [];

/** Three records, or a transaction's marker, as Kafka wrote them. */
function batch(
  kind: "records" | "marker",
  base: number,
  { producer, attributes = 0 }: { producer?: number; attributes?: number } = {},
): Uint8Array {
  const bytes = Uint8Array.fromBase64(kind === "records" ? plain : marker);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, BigInt(base));
  if (producer !== undefined) {
    view.setInt16(21, view.getInt16(21) | 0x10);
    view.setBigInt64(43, BigInt(producer));
  }
  view.setInt16(21, view.getInt16(21) | attributes);
  return bytes;
}

async function read(
  from: number,
  batches: readonly Uint8Array[],
  aborted: readonly (readonly [producer: number, from: number])[] = [],
) {
  const { records, passed, next } = await readCommitted(
    {
      recordSet: new Uint8Array(batches.flatMap((bytes) => [...bytes])),
      aborted: aborted.map(([producerId, first]) => ({
        producerId: BigInt(producerId),
        from: BigInt(first),
      })),
    },
    BigInt(from),
    () => Promise.reject(new Error("not compressed")),
  );
  return {
    offsets: records.map(({ offset }) => Number(offset)),
    passed: passed.map((range) => `${range.from}..${range.to} ${range.reason}`),
    next: Number(next),
  };
}

Deno.test("readCommitted() begins within a batch", async () => {
  assertEquals(await read(1, [batch("records", 0), batch("records", 3)]), {
    offsets: [1, 2, 3, 4, 5],
    passed: [],
    next: 6,
  });
});

Deno.test("readCommitted() passes what compaction took, markers and unknown codecs", async () => {
  const batches = [
    batch("records", 5),
    batch("marker", 8, { producer: 1 }),
    batch("records", 9, { attributes: 7 }),
    batch("records", 15),
  ];
  assertEquals(await read(2, batches), {
    offsets: [5, 6, 7, 15, 16, 17],
    passed: [
      "2..5 compacted",
      "8..9 control",
      "9..12 unreadable",
      "12..15 compacted",
    ],
    next: 18,
  });
});

Deno.test("readCommitted() leaves out aborted transactions, those of others not", async () => {
  const one = { producer: 1 };
  const batches = [
    batch("records", 0, one), // aborted
    batch("records", 3, { producer: 2 }),
    batch("records", 6), // not in a transaction
    batch("records", 9, one), // aborted
    batch("marker", 12, one),
    batch("records", 13, one), // committed
    batch("marker", 16, one),
    batch("records", 17, one), // aborted
    batch("marker", 20, one),
    batch("records", 21, one), // open or committed: the broker says which
  ];
  assertEquals(await read(0, batches, [[1, 17], [1, 0]]), {
    offsets: [3, 4, 5, 6, 7, 8, 13, 14, 15, 21, 22, 23],
    passed: [
      "0..3 aborted",
      "9..12 aborted",
      "12..13 control",
      "16..17 control",
      "17..20 aborted",
      "20..21 control",
    ],
    next: 24,
  });
});

Deno.test("readCommitted() begins within an aborted transaction", async () => {
  const batches = [batch("records", 40, { producer: 3 })];
  const { offsets, passed } = await read(41, batches, [[3, 7]]);
  assertEquals([offsets, passed], [[], ["41..43 aborted"]]);
});

Deno.test("readCommitted() does not follow an offset out of its batch", async () => {
  const damaged = batch("records", 0);
  // The batch says that it has one record less than it has.
  new DataView(damaged.buffer).setInt32(23, 1);
  assertEquals(await read(0, [damaged, batch("records", 2)]), {
    offsets: [2, 3, 4],
    passed: ["0..2 unreadable"],
    next: 5,
  });
});

Deno.test("readCommitted() has nothing of a set that is cut off", async () => {
  const { next } = await read(0, [batch("records", 0).subarray(0, 80)]);
  assertEquals(next, 0);
});
