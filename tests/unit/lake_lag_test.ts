import { assertEquals, assertMatch } from "@std/assert";
import { checkLag, type LagPorts } from "../../tasks/lake/lake_lag.ts";
import { FakeClock } from "../fakes/clock.ts";

interface Lake {
  /** Offsets where the topic ends, by partition. */
  readonly ends: readonly bigint[];
  /** Where the lake is at each look; the last one stays. */
  readonly looks: readonly (readonly bigint[])[];
  /** How long the oldest record has waited; unknown if `undefined`. */
  readonly waitedMs?: number | undefined;
  readonly run?: Awaited<ReturnType<LagPorts["run"]>>;
}

const answers = { ok: true, value: { pid: 7, reasons: [] } } as const;
const silent = {
  ok: false,
  error: "no lake run answers at 1.2.3.4:5",
} as const;

async function check({ ends, looks, waitedMs, run }: Lake) {
  const clock = new FakeClock();
  const begun = clock.monotonic();
  const asked: [number, bigint][] = [];
  let seen = 0;
  const finding = await checkLag(
    { ok: true, value: new Map(ends.entries()) },
    {
      clock,
      positions() {
        const at = looks[Math.min(seen++, looks.length - 1)] ?? [];
        return Promise.resolve(
          at.map((next, partition) => ({ partition, next })),
        );
      },
      oldestMs(partitions) {
        asked.push(
          ...partitions.map((it) =>
            [it.partition, it.next] as [number, bigint]
          ),
        );
        const nowMs = clock.now().epochMilliseconds;
        return Promise.resolve(
          waitedMs === undefined ? undefined : nowMs - waitedMs,
        );
      },
      run: () => Promise.resolve(run),
    },
  );
  return { ...finding, asked, watchedMs: clock.monotonic() - begun };
}

const minutes = 60_000;

Deno.test("a lake that has all, or waits for what has only just come, is sound at once", async () => {
  const all = await check({ ends: [10n], looks: [[10n]] });
  assertEquals(
    [all.verdict, all.detail, all.watchedMs],
    ["ok", "0 records wait for the lake", 0],
  );
  const young = await check({ ends: [10n], looks: [[8n]], waitedMs: 20_000 });
  assertEquals(
    [young.verdict, young.detail, young.watchedMs],
    ["ok", "2 records wait for the lake, the oldest for 20.0 s", 0],
  );
  // The clock of the record's machine may be ahead.
  const ahead = await check({ ends: [10n], looks: [[8n]], waitedMs: -5_000 });
  assertEquals(ahead.verdict, "ok");
});

Deno.test("the oldest record is asked for where records wait, from where the lake is", async () => {
  const { asked } = await check({
    ends: [10n, 7n, 9n],
    looks: [[10n, 5n]],
    waitedMs: 0,
  });
  assertEquals(asked, [[1, 5n], [2, 0n]]);
});

Deno.test("one old record that nothing takes is a failure, with the step", async () => {
  const still = { ends: [10n], looks: [[9n]], waitedMs: 12 * minutes };
  const dead = await check({ ...still, run: silent });
  assertEquals(dead.verdict, "fail");
  assertEquals(
    dead.detail,
    "1 record of the topic is not in the lake, the oldest for 12 min, and no " +
      "lake run answers at 1.2.3.4:5",
  );
  assertMatch(dead.next ?? "", /deno task lake run/);
  assertEquals(dead.watchedMs, 5_000);
  const hung = await check({ ...still, run: answers });
  assertEquals(hung.verdict, "fail");
  assertMatch(hung.detail, /lake run \(pid 7\) answers, but took none .* 5 s$/);
  const reasons = ["the disk is full"];
  const full = { ok: true, value: { pid: 7, reasons } } as const;
  const { detail } = await check({ ...still, run: full });
  assertMatch(detail, /in 5 s: the disk is full$/);
  // An age that is not known is not taken for a young one.
  const unknown = await check({ ...still, waitedMs: undefined, run: silent });
  assertEquals(unknown.verdict, "fail");
});

Deno.test("a lake that takes what waits in the second look is sound, one with a backlog is not", async () => {
  const old = { ends: [500n], waitedMs: 12 * minutes, run: answers };
  const taken = await check({ ...old, looks: [[499n], [499n], [500n]] });
  assertEquals([taken.verdict, taken.watchedMs], ["ok", 500]);
  const near = await check({ ...old, looks: [[0n], [200n], [450n]] });
  assertEquals(
    [near.verdict, near.detail, near.watchedMs],
    ["ok", "50 records wait for the lake", 500],
  );
  const far = await check({ ...old, looks: [[0n], [200n]] });
  assertEquals([far.verdict, far.watchedMs], ["fail", 5_000]);
  assertMatch(
    far.detail,
    /^300 records .* not in the lake: it is catching up$/,
  );
});

Deno.test("a partition that stands still is a failure, whatever the others do", async () => {
  const { verdict, detail } = await check({
    ends: [90n, 9n],
    looks: [[0n, 8n], [90n, 8n]],
    waitedMs: 12 * minutes,
    run: answers,
  });
  assertEquals(verdict, "fail");
  assertMatch(detail, /^1 record /);
});

Deno.test("where no lake run can be asked, a few records that wait are a warning, a backlog is a failure", async () => {
  const off = { waitedMs: 12 * minutes, run: undefined };
  const few = await check({ ...off, ends: [100n], looks: [[0n]] });
  assertEquals(few.verdict, "warn");
  assertMatch(few.next ?? "", /deno task lake run/);
  const many = await check({ ...off, ends: [101n], looks: [[0n]] });
  assertEquals(many.verdict, "fail");
  // However young they are.
  const young = { ...off, waitedMs: 0 };
  const burst = await check({ ...young, ends: [101n], looks: [[0n]] });
  assertEquals(burst.verdict, "fail");
});

Deno.test("a topic whose end is not known fails", async () => {
  const never = () => Promise.reject(new Error("not asked"));
  const { verdict, next } = await checkLag({ ok: false, error: "gone" }, {
    clock: new FakeClock(),
    positions: never,
    oldestMs: never,
    run: never,
  });
  assertEquals([verdict, next], ["fail", "check the broker: deno task verify"]);
});
