// Gathers what the chain is judged from.

import type { Clock } from "../../lib/clock.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProducerStatus } from "../../lib/producer_status.ts";
import { attempt, type Result } from "../../lib/result.ts";
import { Calm } from "./calm.ts";
import type { ChainFacts } from "./chain_types.ts";
import { Once } from "./once.ts";
import type { PageData } from "./page_data.ts";

/** Who is asked for the facts. */
export interface FactSources {
  /** Asks the `lake run` of this lake for the body of its `/status`. */
  readonly askRun: () => Promise<Result<JsonObject>>;
  /** Where the producer is asked; `undefined` for not at all. */
  readonly producerAddress: string | undefined;
  /** Asks it. */
  readonly askProducer: (address: string) => Promise<Result<ProducerStatus>>;
  /** Time. */
  readonly clock: Clock;
}

/** Makes the function that gathers them; several callers at once gather once. */
export function createFacts(
  data: PageData,
  { askRun, producerAddress, askProducer, clock }: FactSources,
): () => Promise<ChainFacts> {
  const size = new Calm((version) => data.size(version), clock);
  const rejects = new Calm((version) => data.rejects(version), clock);

  async function lake() {
    const { version } = await data.newest();
    await data.board.follow(version);
    const { newestMs, coins } = data.board.now;
    return {
      newestMs,
      coins: coins.length,
      size: await size.get(version),
      rejects: await rejects.get(version),
    };
  }

  async function gather(): Promise<ChainFacts> {
    const [producer, run, found] = await Promise.all([
      producerAddress === undefined ? undefined : askProducer(producerAddress),
      askRun(),
      attempt(lake),
    ]);
    return {
      nowMs: clock.now().epochMilliseconds,
      producer,
      producerAddress: producerAddress ?? "",
      run,
      lake: found,
    };
  }

  const gathering = new Once<ChainFacts>(1);
  return async () => {
    try {
      return await gathering.get("", gather);
    } finally {
      gathering.forget("");
    }
  };
}
