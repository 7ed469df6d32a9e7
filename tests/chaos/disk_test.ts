import { assert, assertEquals } from "@std/assert";
import { peekOutbox } from "../../producer/outbox/peek_outbox.ts";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import type { Begun } from "./life.ts";
import { canMount, mountSmallDisk } from "./small_disk.ts";
import { openProxied } from "./proxied.ts";

/** A world whose usual state folder is a disk that can be filled. */
async function openSmallWorld(name: string) {
  await using stack = new AsyncDisposableStack();
  const { world, proxy } = stack.use(await openProxied(name));
  const disk = mountSmallDisk(`${world.dir}/state`);
  if (disk === undefined) throw new Error("the small disk cannot be mounted");
  stack.use(disk);
  const own = stack.move();
  return {
    world,
    disk,
    proxy,
    /** Kills first what would hold the disk. */
    async [Symbol.asyncDispose]() {
      await world.end();
      await own.disposeAsync();
    },
  };
}

function saysDisk(reasons: readonly string[]) {
  return reasons.some((reason) =>
    reason.startsWith("the disk accepts no records")
  );
}

async function untilDiskIsMissed({ producer }: Begun): Promise<void> {
  await producer.untilStatus(
    "/ready names the disk",
    ({ reasons }) => saysDisk(reasons),
  );
  assertEquals(await producer.statusOf("/ready"), 503);
  assertEquals(await producer.statusOf("/live"), 200);
}

if (await canMount()) {
  Deno.test("the disk is full while the broker is down: with room again all is written, and outlives a kill", async () => {
    await using small = await openSmallWorld("disk and broker");
    const { world, disk } = small;
    const life = await flowing(world);
    await world.broker.kill("SIGKILL");
    const many = (count: number) =>
      life.producer.untilStatus(
        `${count} wait`,
        ({ waiting }) => waiting >= count,
      );
    await many(world.random.whole(5, 20));
    disk.fill();
    await untilDiskIsMissed(life);
    const { waiting } = await life.producer.status();
    const held = await many(waiting + world.random.whole(10, 30));
    const peeked = await until("a look", () => peekOutbox(life.stateDir));
    assert(peeked.depth < held.waiting);
    disk.makeRoom();
    await until("all is on disk", async () => {
      const { reasons, waiting } = await life.producer.status();
      return !saysDisk(reasons) && waiting >= held.waiting &&
        (peekOutbox(life.stateDir)?.depth ?? 0) >= held.waiting;
    });
    await life.producer.stop("SIGKILL");
    const next = await world.begin();
    await world.broker.restart();
    await next.producer.untilStatus("it runs", () => true);
    await finish(world, next, 3);
    await world.assertSound();
  });

  Deno.test("the disk is full while the broker takes records: they flow, and a kill doubles none", async () => {
    await using small = await openSmallWorld("disk alone");
    const { world, disk, proxy } = small;
    // Few records: once the log of the database has its full size, a full disk
    // is in nobody's way.
    const seldom = { env: { API_INTERVAL_SECONDS: "0.3" } };
    const life = await flowing(world, seldom);
    disk.fill();
    await untilDiskIsMissed(life);
    await world.drained(life, 20);
    disk.makeRoom();
    await life.producer.untilStatus(
      "the disk is well",
      ({ ready, reasons }) => ready && !saysDisk(reasons),
    );
    await world.drained(life, 5);

    disk.fill();
    await untilDiskIsMissed(life);
    await world.drained(life, world.random.whole(5, 20));
    await life.producer.stop("SIGKILL");
    await until("nothing is on its way", () => proxy.open() === 0);
    disk.makeRoom();
    const next = await flowing(world);
    await finish(world, next, 3);
    const { lost, duplicated, outOfOrder, untrue } = await world.judge();
    assertEquals(
      { duplicated, outOfOrder, untrue },
      { duplicated: [], outOfOrder: [], untrue: [] },
    );
    // Of what was in memory at the kill only the newest had not been sent.
    const sent = life.producer.lines
      .filter(({ message }) => message === "published")
      .map(({ sequence }) => Number(sequence));
    const older = lost.filter((line) => Number.parseInt(line) <= sent.at(-1)!);
    assertEquals(older, []);
    assert(lost.every((line) => line.endsWith("(life 1)")), lost.join("; "));
  });
}
