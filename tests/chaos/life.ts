// One producer process and the API that it polls. The API is its own, so that
// no response can belong to another process.

import {
  type Simulator,
  startSimulator,
} from "../../tasks/simulator/simulator_server.ts";
import { type RunningProducer, startProducer } from "../harness/producer.ts";
import type { Life } from "./oracle.ts";

export interface LifePlan {
  readonly state?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type ChaosProducer = RunningProducer & {
  hasEnded(): boolean;
};

export interface RunningLife extends AsyncDisposable {
  readonly producer: ChaosProducer;
  readonly simulator: Simulator;
  readonly stateDir: string;
  /** What the oracle needs, once the process has exited. */
  evidence(): Life;
}

/** How long prices are cached: a late poll and the next one are close. */
const cacheMs = 1;

export async function startLife(
  plan: LifePlan,
  dir: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningLife> {
  const state = plan.state ?? "state";
  const stateDir = `${dir}/${state}`;
  const simulator = await startSimulator({
    // Two at a time must not return the same responses.
    seed: crypto.randomUUID(),
    cacheSeconds: cacheMs / 1000,
  });
  const started = startProducer({
    simulator,
    env: {
      CRYPTO_IDS: "bitcoin,ethereum",
      API_INTERVAL_SECONDS: "0.1",
      // On a busy machine a slow response is still a good one.
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
      if (!ended) {
        throw new Error("a life is judged after its process has exited");
      }
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

/** How many records each reconciliation of a producer found in the topic. */
export function reconciliations({ producer }: RunningLife): number[] {
  return producer.lines.filter(({ message }) =>
    message === "compared the outbox with the topic"
  ).map((line) => Number(line.deduplicated));
}
