import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CommandError, UsageError } from "../../lib/errors.ts";
import { following, turns } from "../fakes/following.ts";
import { kafkaError } from "../fakes/topics.ts";

function records(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `record ${from + i}`);
}

Deno.test("followTopic() drains several partitions and stores the group's offsets", async () => {
  const { topic, lake, drain, events } = following(3);
  topic.append(0, 10);
  topic.append(2, 4);
  await drain();
  assertEquals(lake.payloads(0, 0), records(0, 10));
  assertEquals(lake.payloads(0, 1), []);
  assertEquals(lake.payloads(0, 2), records(10, 14));
  assertEquals([...topic.groupOffsets].sort(), [[0, 10n], [1, 0n], [2, 4n]]);
  assertEquals(topic.openReaders, 0);
  // Goes on where the lake ends.
  topic.append(1, 2);
  await drain();
  assertEquals(lake.payloads(0, 1), records(14, 16));
  assertEquals(lake.rows.length, 16);
  const newest = events.flatMap((it) =>
    it.kind === "positioned" ? [it.newestTimestampMs] : []
  );
  assertEquals(newest, [undefined, 1_764_000_000_013]);
});

Deno.test("followTopic() drains what was there at the start, and no more", async () => {
  const { topic, lake, drain } = following();
  topic.append(0, 5);
  topic.gate = (call) => {
    if (call === "next") topic.append(0, 3);
    return Promise.resolve();
  };
  await drain();
  assertEquals(lake.payloads().slice(0, 5), records(0, 5));
  lake.assertWhole();
});

Deno.test("followTopic() writes what it passes as gaps, and reports each", async () => {
  const { topic, lake, drain, events } = following();
  topic.append(0, 2);
  topic.pass(0, "control");
  topic.pass(0, "control");
  topic.append(0, 1);
  topic.pass(0, "unreadable");
  topic.pass(0, "aborted");
  topic.append(0, 1);
  await drain();
  lake.assertWhole();
  assertEquals(lake.payloads(), records(0, 4));
  const reasons = lake.gaps.map(({ reason }) => reason);
  assertEquals(reasons, ["control", "control", "unreadable", "aborted"]);
  const told = events.flatMap((it) => it.kind === "gap" ? [it.gap.reason] : []);
  assertEquals(told, reasons);
});

Deno.test("followTopic() begins an empty lake at a time", async () => {
  const { topic, lake, drain, events } = following(2);
  topic.append(0, 6);
  topic.append(1, 1);
  topic.trim(0, 1);
  await drain({ from: { sinceMs: 1_764_000_000_004 } });
  assertEquals(lake.payloads(0, 0), records(4, 6));
  assertEquals(lake.gapLines().sort(), [
    "0/0 0..1 retention",
    "0/0 1..4 skipped",
  ]);
  assertEquals(lake.payloads(0, 1), records(6, 7));
  const [first] = events.filter((it) => it.kind === "positioned");
  assertEquals(first?.isFirst, true);
  // Later starts do not look at it.
  topic.append(1, 1);
  await drain({ from: { sinceMs: 1_999_000_000_000 } });
  assertEquals(lake.payloads(0, 1), records(6, 8));
  lake.assertWhole();
});

Deno.test("followTopic() passes what retention deleted while it was away", async () => {
  const { topic, lake, drain, events } = following();
  topic.append(0, 3);
  await drain();
  topic.append(0, 5);
  topic.trim(0, 6);
  await drain();
  assertEquals(lake.gapLines(), ["0/0 3..6 retention"]);
  assertEquals(lake.payloads(), [...records(0, 3), ...records(6, 8)]);
  assertEquals(events.filter((it) => it.kind === "gap").length, 1);
});

Deno.test("followTopic() begins an epoch for a topic that was created again", async () => {
  for (const again of [0, 1, 3, 9]) {
    const { topic, lake, drain, events } = following(2);
    topic.append(0, 3);
    topic.append(1, 3);
    await drain();
    topic.create(2);
    topic.append(0, again);
    await drain();
    const [change] = events.filter((it) => it.kind === "epoch");
    assertEquals(change?.epoch, 1, `with ${again} records`);
    assertEquals(lake.payloads(1, 0), records(6, 6 + again));
    assertEquals(lake.rows.length, 6 + again);
    lake.assertWhole();
  }
});

Deno.test("followTopic() does not take compaction for another topic", async () => {
  const { topic, lake, drain } = following();
  topic.append(0, 3);
  await drain();
  topic.append(0, 2);
  topic.log![0]![2] = "compacted";
  topic.isCompacted = true;
  await drain();
  assertEquals(lake.payloads(), records(0, 5));
  // A topic without compaction has lost it by being another one.
  topic.log![0]![4] = "control";
  topic.isCompacted = false;
  await drain();
  assertEquals((await lake.position("t")).epoch, 1);
});

Deno.test("followTopic() goes on in a topic that is created again while it runs", async () => {
  const { topic, lake, during, caughtUp } = following();
  await during(async () => {
    topic.append(0, 3);
    await caughtUp();
    topic.delete();
    await turns();
    topic.create(1);
    topic.append(0, 5);
    await caughtUp();
  });
  assertEquals(lake.payloads(0), records(0, 3));
  assertEquals(lake.payloads(1), records(3, 8));
});

Deno.test("followTopic() notices another topic that no error betrays", async () => {
  const { topic, lake, during, caughtUp, clock } = following();
  await during(async () => {
    topic.append(0, 3);
    await caughtUp();
    clock.advance(2_000);
    // The same incarnation for the readers: they get no error.
    topic.log = [[]];
    topic.append(0, 8);
    await caughtUp();
  });
  assertEquals(lake.payloads(0), records(0, 3));
  assertEquals(lake.payloads(1), records(3, 11));
});

Deno.test("followTopic() picks up new partitions from offset 0", async () => {
  const { topic, lake, during, caughtUp, events } = following();
  await during(async () => {
    topic.append(0, 1);
    await caughtUp();
    topic.grow(3);
    topic.append(2, 4);
    await caughtUp();
  });
  assertEquals(lake.payloads(0, 2), records(1, 5));
  const grown = events.flatMap((it) =>
    it.kind === "grown" ? it.partitions : []
  );
  assertEquals(grown, [1, 2]);
});

Deno.test("followTopic() waits for a topic, and says what it waits for", async () => {
  const { topic, lake, during, caughtUp, kinds } = following();
  topic.delete();
  await during(async () => {
    await turns();
    topic.create(1);
    topic.append(0, 2);
    await caughtUp();
  });
  assertEquals(lake.payloads(), records(0, 2));
  assertEquals([kinds()[0], kinds().includes("recovered")], ["failed", true]);
});

Deno.test("followTopic() gives up a drain when Kafka fails for too long", async () => {
  const { topic, drain } = following();
  topic.gate = () => Promise.reject(new Error("no broker"));
  const error = await assertRejects(() => drain(), CommandError);
  assertStringIncludes(error.message, "Kafka has failed for 30 s: no broker");
});

Deno.test("followTopic() ends at once where it may not connect", async () => {
  const { drain } = following();
  const openReader = () => Promise.reject(new UsageError("not this host"));
  await assertRejects(() => drain({ openReader }), UsageError, "not this host");
});

Deno.test("followTopic() ends while a broker hangs, and closes what opens late", async () => {
  for (const call of ["open", "offsets", "recordAt", "next", "partitions"]) {
    const { topic, during, drain, clock } = following();
    topic.append(0, 1);
    await drain();
    topic.append(0, 1);
    const answered = Promise.withResolvers<void>();
    topic.gate = (called) => {
      clock.advance(5_000);
      return called === call ? answered.promise : Promise.resolve();
    };
    await during(() => turns());
    answered.resolve();
    await turns();
    assertEquals(topic.openReaders, 0, call);
  }
});

Deno.test("followTopic() stores a batch once, whatever its commit said", async () => {
  const { topic, lake, drain, kinds } = following();
  topic.append(0, 4);
  let fails = 3;
  lake.gate = (call) =>
    call === "commit" && fails-- > 0
      ? Promise.reject(new CommandError("disk full", "free it"))
      : Promise.resolve();
  let doubtful = 1;
  lake.afterCommit = () =>
    doubtful-- > 0
      ? Promise.reject(new Error("connection lost"))
      : Promise.resolve();
  await drain();
  assertEquals(lake.payloads(), records(0, 4));
  assertEquals(kinds().filter((kind) => kind === "failed").length, 4);
  assertEquals(kinds().includes("recovered"), true);
});

Deno.test("followTopic() gives up a drain when the lake fails for too long", async () => {
  const { topic, lake, drain } = following();
  topic.append(0, 1);
  lake.gate = (call) =>
    call === "commit"
      ? Promise.reject(new CommandError("disk full", "free it"))
      : Promise.resolve();
  const error = await assertRejects(() => drain(), CommandError);
  assertStringIncludes(error.message, "the lake has failed for 3");
  assertEquals(error.next, "free it");
});

Deno.test("followTopic() does without the group's offsets", async () => {
  const { topic, lake, during, caughtUp, kinds } = following();
  topic.gate = (call) =>
    call === "commitOffsets"
      ? Promise.reject(kafkaError("GROUP_AUTHORIZATION_FAILED"))
      : Promise.resolve();
  await during(async () => {
    topic.append(0, 2);
    await caughtUp();
    await turns();
  });
  assertEquals(lake.payloads(), records(0, 2));
  assertEquals(kinds().includes("group"), true);
});

Deno.test("followTopic() reads no further while the lake is behind", async () => {
  const { topic, lake, during, caughtUp } = following();
  const held = Promise.withResolvers<void>();
  lake.gate = (call) => call === "commit" ? held.promise : Promise.resolve();
  let answers = 0;
  topic.gate = (call) => {
    if (call === "next") answers++;
    return Promise.resolve();
  };
  topic.append(0, 300);
  const limits = { records: 10, bytes: 1_000_000, waitMs: 100 };
  await during(async () => {
    await turns(3_000);
    // One batch is being committed, one is full: three slots an answer.
    assertEquals(answers <= 9, true, `${answers} answers`);
    held.resolve();
    await caughtUp();
  }, { limits });
  assertEquals(lake.payloads(), records(0, 300));
  assertEquals(Math.max(...lake.batches.map(({ rows }) => rows.length)), 10);
});
