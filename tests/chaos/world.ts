/**
 * A scenario's world: a folder, a broker, producers one after another, and
 * the judgement at the end.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { progress } from "../../tasks/cli/print.ts";
import { testDir } from "../harness/broker.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { type ChaosBroker, startChaosBroker } from "./broker.ts";
import { dump } from "./dump.ts";
import { beginLife, type Begun, type LifePlan } from "./life.ts";
import { describe, type Dumped, judge, type Verdict } from "./oracle.ts";
import { type Random, runSeed, seeded } from "./seed.ts";

/** The topic of all scenarios. */
export const topic = "prices";

/** How a world differs from the usual one. */
export interface WorldOptions {
  /** The port on which the broker listens; a free one unless told. */
  readonly port?: number;
  /** The port that the broker tells clients, such as a proxy's. */
  readonly advertised?: number;
  /** What producers are told; the broker's own port unless told. */
  readonly ports?: readonly number[];
}

/** A scenario's world. */
export interface World extends AsyncDisposable {
  /** The scenario's own chance. */
  readonly random: Random;
  /** The broker. */
  readonly broker: ChaosBroker;
  /** The folder that goes with it. */
  readonly dir: string;
  /** Starts a producer, with an API of its own. */
  begin(plan?: LifePlan): Promise<Begun>;
  /** Kills all that still lives. */
  end(): Promise<void>;
  /** Waits until nothing waits and `count` more records are acknowledged. */
  drained(life: Begun, count?: number): Promise<void>;
  /** All that is in the topic now. */
  dump(): Promise<Dumped[]>;
  /**
   * Compares all lives, which have to be over, with the topic, and says what
   * was found. The verdict is the test's to accept.
   */
  judge(records?: readonly Dumped[]): Promise<Verdict>;
  /** {@linkcode judge}, and nothing lost, double, out of order or untrue. */
  assertSound(): Promise<Verdict>;
}

/** Waits some time: between things that chance sets apart. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Opens a world and says its seed. */
export async function openWorld(
  name: string,
  options: WorldOptions = {},
): Promise<World> {
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
  const lives: Begun[] = [];
  const own = stack.move();
  const world: World = {
    random: seeded(runSeed, name),
    broker,
    dir: dir.path,
    async begin(plan = {}) {
      const life = own.use(
        await beginLife(plan, dir.path, {
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
          throw new Error(`the producer ended: ${producer.stderr()}`);
        }
        const { waiting, counters } = await producer.status();
        return waiting === 0 && counters.published >= before + count ||
          undefined;
      }, 120_000);
    },
    dump: () => dump(`127.0.0.1:${broker.port}`, topic),
    async judge(records) {
      const verdict = judge(
        lives.map((life) => life.evidence()),
        records ?? await world.dump(),
      );
      progress(`chaos: ${name}: ${lives.length} lives, ${describe(verdict)}`);
      return verdict;
    },
    async assertSound() {
      const verdict = await world.judge();
      const { lost, duplicated, outOfOrder, untrue } = verdict;
      assertEquals(
        { lost, duplicated, outOfOrder, untrue },
        { lost: [], duplicated: [], outOfOrder: [], untrue: [] },
        `CHAOS_SEED=${runSeed}`,
      );
      return verdict;
    },
    [Symbol.asyncDispose]: () => own.disposeAsync(),
  };
  return world;
}
