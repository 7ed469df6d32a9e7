import { assert, assertEquals } from "@std/assert";
import { peekOutbox } from "../../producer/outbox/peek_outbox.ts";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import type { RunningLife } from "./life.ts";
import { canMount, mountSmallDisk } from "./small_disk.ts";
import { openProxied } from "./proxied.ts";
import { assertNone } from "./scenario.ts";

/** A scenario whose usual state folder is a disk that can be filled. */
async function openSmallScenario(name: string) {
  await using stack = new AsyncDisposableStack();
  const { scenario, proxy } = stack.use(await openProxied(name));
  const disk = mountSmallDisk(`${scenario.dir}/state`);
  if (disk === undefined) throw new Error("the small disk cannot be mounted");
  stack.use(disk);
  const own = stack.move();
  return {
    scenario,
    disk,
    proxy,
    /** Kills first what keeps the disk busy. */
    async [Symbol.asyncDispose]() {
      await scenario.end();
      await own.disposeAsync();
    },
  };
}

function namesDisk(reasons: readonly string[]): boolean {
  return reasons.some((reason) =>
    reason.startsWith("the disk accepts no records")
  );
}

async function untilDiskIsReported({ producer }: RunningLife): Promise<void> {
  await producer.untilStatus(
    "/ready names the disk",
    ({ reasons }) => namesDisk(reasons),
  );
  assertEquals(await producer.statusOf("/ready"), 503);
  assertEquals(await producer.statusOf("/live"), 200);
}

const diskTest = await canMount() ? Deno.test : Deno.test.ignore;

diskTest(
  "the disk is full while the broker is down: once there is space all is written and survives a kill",
  async () => {
    await using small = await openSmallScenario("disk and broker");
    const { scenario, disk } = small;
    const life = await flowing(scenario);
    await scenario.broker.kill("SIGKILL");
    const many = (count: number) =>
      life.producer.untilStatus(
        `${count} wait`,
        ({ waiting }) => waiting >= count,
      );
    await many(scenario.random.whole(5, 20));
    disk.fill();
    await untilDiskIsReported(life);
    const { waiting } = await life.producer.status();
    const held = await many(waiting + scenario.random.whole(10, 30));
    const peeked = await until("a look", () => peekOutbox(life.stateDir));
    assert(peeked.depth < held.waiting);
    disk.makeRoom();
    await until("all is on disk", async () => {
      const { reasons, waiting } = await life.producer.status();
      return !namesDisk(reasons) && waiting >= held.waiting &&
        (peekOutbox(life.stateDir)?.depth ?? 0) >= held.waiting;
    });
    await life.producer.stop("SIGKILL");
    const next = await scenario.start();
    await scenario.broker.restart();
    await next.producer.untilStatus("it runs", () => true);
    await finish(scenario, next, 3);
    await scenario.assertSound();
  },
);

diskTest(
  "the disk is full while the broker is up: records flow, and a kill duplicates none",
  async () => {
    await using small = await openSmallScenario("disk alone");
    const { scenario, disk, proxy } = small;
    // Few records: once the database's WAL has its full size, a full disk no
    // longer matters.
    const rarely = { env: { API_INTERVAL_SECONDS: "0.3" } };
    const life = await flowing(scenario, rarely);
    disk.fill();
    await untilDiskIsReported(life);
    await scenario.drained(life, 20);
    disk.makeRoom();
    await life.producer.untilStatus(
      "the disk is writable again",
      ({ ready, reasons }) => ready && !namesDisk(reasons),
    );
    await scenario.drained(life, 5);

    disk.fill();
    await untilDiskIsReported(life);
    await scenario.drained(life, scenario.random.whole(5, 20));
    await life.producer.stop("SIGKILL");
    await until("nothing is in flight", () => proxy.open() === 0);
    disk.makeRoom();
    const next = await flowing(scenario);
    await finish(scenario, next, 3);
    const verdict = await scenario.judge();
    assertNone(verdict, "duplicated", "outOfOrder", "unexpected");
    const { lost } = verdict;
    // Of what was in memory at the kill only the newest had not been sent.
    const sent = life.producer.lines
      .filter(({ message }) => message === "published")
      .map(({ sequence }) => Number(sequence));
    const older = lost.filter((line) => Number.parseInt(line) <= sent.at(-1)!);
    assertEquals(older, []);
    assert(lost.every((line) => line.endsWith("(life 1)")), lost.join("; "));
  },
);
