import { assert, assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import { reconciliations, type RunningLife } from "./life.ts";
import { openProxied, pass } from "./proxied.ts";
import { isLong, longTest } from "./seed.ts";
import { pause } from "./scenario.ts";

/** More than two batches of 100, or a large part of one. */
const backlog = isLong ? 250 : 40;

function deduplicated(lives: readonly RunningLife[]): number {
  return lives.flatMap(reconciliations).reduce((sum, count) => sum + count, 0);
}

longTest(
  `a backlog of ${backlog} is drained by producers that are killed while they send it`,
  async () => {
    await using all = await openProxied("backlog");
    const { scenario, proxy } = all;
    const first = await flowing(scenario);
    const lives = [first];
    await scenario.broker.kill("SIGKILL");
    await until("a backlog", async () => {
      const { waiting } = await first.producer.status();
      return waiting >= backlog;
    }, 120_000);
    await first.producer.stop("SIGKILL");
    await scenario.broker.restart();
    // What the broker appended before it died is deduplicated, not sent again.
    const inDoubt = proxy.produced.filter(({ response }) =>
      response === undefined
    )
      .reduce((sum, { records }) => sum + records, 0);
    // Each one but the last gets a batch appended and never gets the response.
    let appended = 0;
    let largest = 0;
    for (let death = 1; death <= (isLong ? 5 : 2); death++) {
      const from = proxy.produced.length;
      proxy.script(() => ({ kind: "swallow" }));
      const life = await scenario.start();
      lives.push(life);
      const { records } = await until("one is appended", () => {
        return proxy.produced.slice(from)
          .find(({ response }) => response?.errorCode === 0);
      });
      appended += records;
      largest = Math.max(largest, records);
      await pause(scenario.random.whole(0, 300));
      await life.producer.stop("SIGKILL");
    }
    proxy.script(() => pass);
    const last = await scenario.start();
    lives.push(last);
    await last.producer.untilStatus("it runs", () => true);
    await finish(scenario, last, 5);
    // What the broker had of the first one is found by the second one.
    assertEquals(deduplicated(lives.slice(2)), appended);
    const expected = Math.min(backlog - inDoubt, 100);
    assert(largest >= expected, `the largest batch had ${largest} records`);
    await scenario.assertSound();
  },
);
