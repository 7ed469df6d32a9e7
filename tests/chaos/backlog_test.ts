import { assert, assertEquals } from "@std/assert";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { finish } from "./flow.ts";
import type { Begun } from "./life.ts";
import { startProxy } from "./proxy.ts";
import { isLong, longTest } from "./seed.ts";
import { openWorld, pause } from "./world.ts";

/** More than two batches of 100, or a large part of one. */
const backlog = isLong ? 250 : 40;

function deduplicated(lives: readonly Begun[]): number {
  return lives.flatMap(({ producer }) => producer.lines)
    .filter(({ message }) => message === "compared the outbox with the topic")
    .reduce((sum, line) => sum + Number(line.deduplicated), 0);
}

longTest(
  `a backlog of ${backlog} is drained by producers that are killed over it`,
  async () => {
    const [port, advertised] = [freePort(), freePort()];
    await using proxy = startProxy(advertised, port);
    await using world = await openWorld("backlog", { port, advertised });
    const lives = [await world.begin()];
    const [first] = lives;
    await first!.producer.untilStatus(
      "records flow",
      ({ counters }) => counters.published >= 3,
    );
    await world.broker.kill("SIGKILL");
    await until("a backlog", async () => {
      const { waiting } = await first!.producer.status();
      return waiting >= backlog || undefined;
    }, 120_000);
    await first!.producer.stop("SIGKILL");
    await world.broker.restart();
    // What the broker took before it died is struck out, and in no batch again.
    const inDoubt = proxy.produced.filter(({ answer }) => answer === undefined)
      .reduce((sum, { records }) => sum + records, 0);
    // Each of them gets one batch through and never hears of it, but the last.
    let appended = 0;
    let largest = 0;
    for (let death = 1; death <= (isLong ? 5 : 2); death++) {
      const from = proxy.produced.length;
      proxy.script(() => ({ kind: "swallow" }));
      const life = await world.begin();
      lives.push(life);
      const { records } = await until("one is appended", () => {
        return proxy.produced.slice(from)
          .find(({ answer }) => answer?.errorCode === 0);
      });
      appended += records;
      largest = Math.max(largest, records);
      await pause(world.random.whole(0, 300));
      await life.producer.stop("SIGKILL");
    }
    proxy.script(() => ({ kind: "pass" }));
    const last = await world.begin();
    lives.push(last);
    await last.producer.untilStatus("it runs", () => true);
    await finish(world, last, 5);
    // What the broker had of the first one is the second one's to find.
    assertEquals(deduplicated(lives.slice(2)), appended);
    const expected = Math.min(backlog - inDoubt, 100);
    assert(largest >= expected, `the largest had ${largest}`);
    await world.assertSound();
  },
);
