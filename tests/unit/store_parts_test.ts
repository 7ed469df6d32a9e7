import { assertEquals } from "@std/assert";
import type { BronzeRow } from "../../lakehouse/lake/bronze_row.ts";
import { CommandError } from "../../lib/errors.ts";
import { following } from "../fakes/following.ts";
import { payloadText } from "../fakes/payload_text.ts";
import { seeded } from "../fakes/random.ts";

function textOf(row: BronzeRow): string {
  const text = payloadText(row) ?? "";
  return row.payloadEncoding === "base64"
    ? new TextDecoder().decode(Uint8Array.fromBase64(text))
    : text;
}

Deno.test("a record that the lake refuses is found, and stored as base64; the others stay as they are", async () => {
  const { topic, lake, drain, events } = following();
  topic.answerSlots = 20;
  topic.append(0, 20);
  lake.refuses = (row) => payloadText(row) === "record 13";
  await drain();
  lake.assertWhole();
  assertEquals(
    lake.rows.map(textOf),
    Array.from({ length: 20 }, (_, number) => `record ${number}`),
  );
  const encoded = lake.rows.filter((row) => row.payloadEncoding === "base64");
  assertEquals(encoded.map(({ offset }) => offset), [13n]);
  assertEquals(lake.gaps, []);
  assertEquals(
    events.flatMap((it) => it.kind === "encoded" ? [it.offset] : []),
    [13n],
  );
  // It is not taken for a record of another topic by the next start.
  lake.refuses = (row) => payloadText(row) === "record 20";
  for (const count of [1, 0, 1]) {
    topic.append(0, count);
    await drain();
  }
  assertEquals(lake.rows.length, 22);
  assertEquals((await lake.position("t")).epoch, 0);
});

Deno.test("a record that is refused as base64 too is a gap, with the reason", async () => {
  const { topic, lake, drain, events } = following();
  topic.append(0, 7);
  lake.refuses = (row) => textOf(row) === "record 3";
  await drain();
  lake.assertWhole();
  assertEquals(lake.payloads().length, 6);
  assertEquals(lake.gapLines(), ["0/0 3..4 refused"]);
  assertEquals(lake.gaps[0]?.detail, "Parser Error: bad ??");
  const told = events.flatMap((it) => it.kind === "gap" ? [it.gap.reason] : []);
  assertEquals(told, ["refused"]);
  topic.append(0, 1);
  await drain();
  assertEquals(lake.payloads().length, 7);
});

Deno.test("a lake that cannot be written is no reason to divide a batch", async () => {
  const { topic, lake, drain } = following();
  topic.append(0, 9);
  let failures = 3;
  lake.gate = (call) =>
    call === "commit" && failures-- > 0
      ? Promise.reject(new CommandError("disk full", "free disk space"))
      : Promise.resolve();
  await drain();
  assertEquals([lake.payloads().length, lake.gaps.length], [9, 0]);
  const sizes = lake.batches.map(({ rows }) => rows.length);
  assertEquals(sizes.reduce((sum, size) => sum + size, 0), 9);
});

Deno.test("refused records, gaps, partitions and failures: each offset is stored once", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = seeded(seed);
    const { topic, lake, during, caughtUp } = following(2);
    topic.answerSlots = 1 + Math.floor(random() * 30);
    for (let i = 0; i < 40; i++) {
      const partition = Math.floor(random() * 2);
      if (random() < 0.2) topic.pass(partition, "control");
      else topic.append(partition, 1 + Math.floor(random() * 3));
    }
    for (const partition of [0, 1]) topic.append(partition, 1);
    const last = topic.log?.map((log) => log.length) ?? [];
    const refusedText = new Set<string>();
    const refused = new Set<string>();
    for (let number = 0; number < 100; number++) {
      if (random() < 0.1) refusedText.add(`record ${number}`);
      else if (random() < 0.05) refused.add(`record ${number}`);
    }
    lake.refuses = (row) =>
      refused.has(textOf(row)) ||
      row.payloadEncoding === "utf-8" && refusedText.has(textOf(row));
    const trouble = () =>
      random() < 0.2
        ? Promise.reject(new CommandError("busy", "wait"))
        : Promise.resolve();
    lake.gate = (call) => call === "commit" ? trouble() : Promise.resolve();
    lake.afterCommit = trouble;
    const limits = { records: 12, bytes: 100_000, waitMs: 10 };
    // The last records must be there for the wait to end.
    for (const [partition, log] of (topic.log ?? []).entries()) {
      const slot = log.at((last[partition] ?? 0) - 1);
      if (typeof slot !== "object" || slot.value === null) continue;
      const text = new TextDecoder().decode(slot.value);
      refused.delete(text);
      refusedText.delete(text);
    }
    await during(caughtUp, { limits });
    lake.assertWhole();
    const stored = lake.rows.map((row) => textOf(row));
    const sent = (topic.log ?? []).flat().flatMap((slot) =>
      typeof slot === "object" && slot.value !== null
        ? [new TextDecoder().decode(slot.value)]
        : []
    );
    const expected = sent.filter((text) => !refused.has(text));
    assertEquals(stored.sort(), expected.sort(), `seed ${seed}`);
    assertEquals(
      lake.gaps.filter(({ reason }) => reason === "refused").length,
      sent.filter((text) => refused.has(text)).length,
      `seed ${seed}`,
    );
  }
});
