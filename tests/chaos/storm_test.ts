import { assert } from "@std/assert";
import { until } from "../harness/until.ts";
import { finish } from "./flow.ts";
import type { RunningLife } from "./life.ts";
import { openProxied, pass } from "./proxied.ts";
import type { Proxy, Treatment } from "./proxy.ts";
import { isLong, longTest } from "./seed.ts";
import { assertNone, pause, type Scenario } from "./scenario.ts";

const faultCount = isLong ? 60 : 10;

class Storm {
  readonly #scenario: Scenario;
  readonly #proxy: Proxy;
  readonly #timers: Promise<void>[] = [];
  #broker: "up" | "paused" | "down" = "up";
  #life: RunningLife;
  #from = 0;
  /** Records of requests that may arrive after their producer was killed. */
  inDoubt = 0;

  constructor(scenario: Scenario, proxy: Proxy, life: RunningLife) {
    this.#scenario = scenario;
    this.#proxy = proxy;
    this.#life = life;
  }

  async #killProducer(): Promise<void> {
    await this.#life.producer.stop("SIGKILL");
    await until("all it sent is read", () => this.#proxy.reading() === 0);
    for (
      const { response, records } of this.#proxy.produced.slice(this.#from)
    ) {
      if (response === undefined) this.inDoubt += records;
    }
    this.#from = this.#proxy.produced.length;
    this.#life = await this.#scenario.start();
  }

  async #turnBroker(): Promise<void> {
    const { broker, random } = this.#scenario;
    if (this.#broker === "down") {
      await broker.restart();
    } else if (this.#broker === "paused") {
      await broker.kill("SIGCONT");
    } else if (random.chance(0.5)) {
      await broker.kill("SIGKILL");
      this.#broker = "down";
      return;
    } else {
      await broker.kill("SIGSTOP");
      this.#broker = "paused";
      return;
    }
    this.#broker = "up";
  }

  #injectNetworkFault(): void {
    const { random } = this.#scenario;
    const late = pause(random.whole(0, 3_000));
    const faults: readonly Treatment[] = [
      { kind: "cut" },
      { kind: "hold", until: late },
      { kind: "hold", until: late, cut: true },
      // The producer notices it only by its timeout.
      ...isLong ? [{ kind: "swallow" } as const] : [],
    ];
    const fault = faults[random.whole(0, faults.length - 1)]!;
    this.#timers.push(late);
    // kafkajs itself tries three times before the publisher does.
    let left = random.whole(1, 6);
    this.#proxy.script(() => left-- > 0 ? fault : pass);
  }

  async injectFault(): Promise<void> {
    const { random } = this.#scenario;
    await pause(random.whole(50, 1_500));
    const kind = random.whole(0, 4);
    if (kind === 0) return await this.#killProducer();
    // While the broker is down or paused, the network does not matter.
    if (kind === 1 || this.#broker !== "up") return await this.#turnBroker();
    this.#injectNetworkFault();
  }

  /** Ends all faults; returns the running producer. */
  async calm(): Promise<RunningLife> {
    this.#proxy.script(() => pass);
    await Promise.all(this.#timers);
    while (this.#broker !== "up") await this.#turnBroker();
    return this.#life;
  }
}

longTest(
  `a storm of ${faultCount} faults of producer, broker and network`,
  async () => {
    await using all = await openProxied("storm");
    const { scenario, proxy } = all;
    const storm = new Storm(scenario, proxy, await scenario.start());
    for (let fault = 1; fault <= faultCount; fault++) await storm.injectFault();
    const life = await storm.calm();
    await life.producer.untilStatus("it runs", () => true);
    await finish(scenario, life, 10);
    const verdict = await scenario.judge();
    assertNone(verdict, "lost", "outOfOrder", "unexpected");
    const { duplicatedIds, served } = verdict;
    // The documented exception: a request in flight when its producer was killed.
    assert(
      duplicatedIds.length <= storm.inDoubt,
      `${duplicatedIds.length} duplicates, at most ${storm.inDoubt} expected`,
    );
    assert(served > 2 * faultCount, `only ${served} samples`);
  },
);
