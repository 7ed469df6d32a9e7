/**
 * One producer process and the API that it asks. The API is its own, so that
 * no answer can be another process's.
 *
 * @module
 */

import {
  type Simulator,
  startSimulator,
} from "../../tasks/simulator/simulator_server.ts";
import { type RunningProducer, startProducer } from "../harness/producer.ts";
import type { Life } from "./oracle.ts";

/** How a life differs from the usual one. */
export interface LifePlan {
  /** Name of its state folder. */
  readonly state?: string;
  /** Settings on top. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A producer whose end is known. */
export type ChaosProducer = RunningProducer & {
  /** Whether its process has ended. */
  hasEnded(): boolean;
};

/** A life that has begun. */
export interface Begun extends AsyncDisposable {
  /** The process. */
  readonly producer: ChaosProducer;
  /** Its API. */
  readonly simulator: Simulator;
  /** Its state folder. */
  readonly stateDir: string;
  /** What the oracle wants to know, once the process has ended. */
  evidence(): Life;
}

/** Prices stand still so long, ms: a late poll and the next are close. */
const cacheMs = 1;

/** Starts a producer. */
export async function beginLife(
  plan: LifePlan,
  dir: string,
  env: Readonly<Record<string, string>>,
): Promise<Begun> {
  const state = plan.state ?? "state";
  const stateDir = `${dir}/${state}`;
  const simulator = await startSimulator({
    // Two at a time must not give the same answers.
    seed: crypto.randomUUID(),
    cacheSeconds: cacheMs / 1000,
  });
  const started = startProducer({
    simulator,
    env: {
      CRYPTO_IDS: "bitcoin,ethereum",
      API_INTERVAL_SECONDS: "0.1",
      // What hangs here is the machine: a slow answer is a good answer.
      API_TIMEOUT_SECONDS: "60",
      STATE_DIR: stateDir,
      ...env,
      ...plan.env,
    },
  });
  let ended = false;
  started.child.status.then(() => ended = true);
  const producer = { ...started, hasEnded: () => ended };
  return {
    producer,
    simulator,
    stateDir,
    evidence() {
      if (!ended) throw new Error("a life is judged when it is over");
      const line = producer.lines.find(({ message }) => message === "started");
      const polled = producer.lines
        .filter(({ message }) => message === "polled")
        .map(({ sequence }) => Number(sequence));
      return {
        stream: state,
        instance: line === undefined ? undefined : String(line.instance),
        served: simulator.requests
          .filter(({ status, outcome }) =>
            status === 200 && outcome === "whole"
          )
          .map(({ body }) => body),
        polled: Math.max(0, ...polled),
      };
    },
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}
