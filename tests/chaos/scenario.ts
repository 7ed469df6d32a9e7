// A scenario: a folder, a broker, producers one after another, and the verdict
// at the end.

import { assertEquals } from "@std/assert";
import { progress } from "../../tasks/cli/print.ts";
import { testDir } from "../harness/broker.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { type ChaosBroker, startChaosBroker } from "./broker.ts";
import { dump } from "./dump.ts";
import { type LifePlan, type RunningLife, startLife } from "./life.ts";
import { describe, judge, type Verdict } from "./oracle.ts";
import { type Random, runSeed, seeded } from "./seed.ts";

export const topic = "prices";

export interface ScenarioOptions {
  /** The port the broker listens on; a free one by default. */
  readonly port?: number;
  /** The port that the broker advertises, such as a proxy's. */
  readonly advertised?: number;
  /** The ports that producers connect to; the broker's own by default. */
  readonly ports?: readonly number[];
}

export interface Scenario extends AsyncDisposable {
  readonly random: Random;
  readonly broker: ChaosBroker;
  /** Its folder, removed at the end. */
  readonly dir: string;
  start(plan?: LifePlan): Promise<RunningLife>;
  end(): Promise<void>;
  /** Waits until nothing waits and `count` more records are acknowledged. */
  drained(life: RunningLife, count?: number): Promise<void>;
  /**
   * Compares all lives, which must be over, with the topic, and prints the
   * result. It asserts nothing.
   */
  judge(): Promise<Verdict>;
  /** {@linkcode judge}, and asserts that it found no fault. */
  assertSound(): Promise<Verdict>;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function assertNone(
  verdict: Verdict,
  ...kinds: ("lost" | "duplicated" | "outOfOrder" | "unexpected")[]
): void {
  for (const kind of kinds) {
    assertEquals(verdict[kind], [], `${kind}, CHAOS_SEED=${runSeed}`);
  }
}

export async function openScenario(
  name: string,
  options: ScenarioOptions = {},
): Promise<Scenario> {
  progress(`chaos: ${name}: CHAOS_SEED=${runSeed}`);
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await testDir());
  const port = options.port ?? freePort();
  const broker = stack.use(
    await startChaosBroker({
      dir: `${dir.path}/broker`,
      port,
      ...options.advertised === undefined
        ? {}
        : { advertised: options.advertised },
    }),
  );
  const bootstrap = (options.ports ?? [options.advertised ?? port])
    .map((port) => `127.0.0.1:${port}`).join(",");
  const lives: RunningLife[] = [];
  const own = stack.move();
  const scenario: Scenario = {
    random: seeded(runSeed, name),
    broker,
    dir: dir.path,
    async start(plan = {}) {
      const life = own.use(
        await startLife(plan, dir.path, {
          KAFKA_BOOTSTRAP_SERVERS: bootstrap,
          KAFKA_TOPIC: topic,
        }),
      );
      lives.push(life);
      return life;
    },
    async end() {
      await Promise.all(
        lives.map(({ producer }) => producer.stop("SIGKILL")),
      );
    },
    async drained({ producer }, count = 3) {
      const before = (await producer.status()).counters.published;
      await until("all is sent", async () => {
        if (producer.hasEnded()) {
          throw new Error(`the producer exited: ${producer.stderr()}`);
        }
        const { waiting, counters } = await producer.status();
        return waiting === 0 && counters.published >= before + count;
      }, 120_000);
    },
    async judge() {
      const records = await dump(`127.0.0.1:${broker.port}`, topic);
      const verdict = judge(lives.map((life) => life.evidence()), records);
      progress(`chaos: ${name}: ${lives.length} lives, ${describe(verdict)}`);
      return verdict;
    },
    async assertSound() {
      const verdict = await scenario.judge();
      assertNone(verdict, "lost", "duplicated", "outOfOrder", "unexpected");
      return verdict;
    },
    [Symbol.asyncDispose]: () => own.disposeAsync(),
  };
  return scenario;
}
