import { assertEquals } from "@std/assert";
import type { Batch } from "../../producer/outbox/outbox.ts";
import type { Row } from "../../producer/outbox/row.ts";
import { fakeOutbox } from "../fakes/outbox.ts";
import { seeded } from "../fakes/random.ts";
import { record } from "../fakes/samples.ts";

const steps = 200;
const maxRecords = 40;

function sequences(batch: Batch | undefined): number[] {
  return (batch ?? []).map(({ record }) => Number(record.headers.sequence));
}

/** Random work on an outbox whose disk fails at random, beside a plain list. */
function work(seed: number): void {
  const random = seeded(seed);
  const whole = (below: number) => Math.floor(random() * below);
  const readable: Row[] = [];
  const limits = { records: maxRecords, bytes: 1e9 };
  const { outbox, disk, onDisk } = fakeOutbox(limits, undefined, readable);
  const expected: number[] = [];
  const acknowledged: Row[] = [];
  let inFlight: Batch | undefined;
  let next = 1;
  function add(): void {
    const dropped = outbox.add(record(next));
    expected.push(next++);
    expected.splice(inFlight?.length ?? 0, dropped);
  }
  function acknowledge(batch: Batch): void {
    acknowledged.push(...onDisk().slice(0, batch.length));
    outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
    expected.splice(0, batch.length);
    inFlight = undefined;
  }
  const actions: (() => void)[] = [
    add,
    add,
    add,
    () => {
      inFlight ??= outbox.take({ records: 1 + whole(8), bytes: 1e9 });
      const taken = sequences(inFlight);
      assertEquals(taken, expected.slice(0, taken.length), "in order");
    },
    () => inFlight && acknowledge(inFlight),
    () => {
      outbox.release();
      inFlight = undefined;
    },
    () => outbox.settle(),
    () => disk.error = "database or disk is full",
    () => disk.error = undefined,
    () => {
      // The damage loses nothing, but brings back what was sent.
      const old = acknowledged.slice(-5);
      readable.splice(0, Infinity, ...old, ...onDisk());
      disk.error = "database disk image is malformed";
    },
  ];
  for (let step = 0; step < steps; step++) {
    actions[whole(actions.length)]?.();
    assertEquals(outbox.depth, expected.length, `after step ${step}`);
  }
  outbox.release();
  disk.error = undefined;
  outbox.settle();
  for (let batch; (batch = outbox.take({ records: 7, bytes: 1e9 }));) {
    const taken = sequences(batch);
    assertEquals(taken, expected.slice(0, taken.length), "at the end");
    acknowledge(batch);
  }
  assertEquals(expected, []);
  assertEquals([outbox.state().bytes, outbox.state().inMemory], [0, 0]);
}

Deno.test("`Outbox` keeps order, counts and every record through 30 runs of random failures", () => {
  for (let seed = 1; seed <= 30; seed++) work(seed);
});
