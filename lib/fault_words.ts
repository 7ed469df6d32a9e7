// What is broken and the next step, in the words that every program uses: the
// checks of `verify` and the lake's page say the same.

import { formatAge } from "./format_age.ts";
import { plural } from "./plural.ts";

/** A fault with the step that helps. */
export interface Fault {
  /** What is wrong. */
  readonly cause: string;
  /** The next step. */
  readonly next: string;
}

/** The step that starts a producer directly. */
export const startProducer = "start the producer: deno task produce";

/** Why a producer without an address is not asked. */
export const producerOff = "ADMIN_ADDRESS is off: the producer cannot be asked";

/** No producer answers. */
export function noProducer(address: string, error: string): Fault {
  return {
    cause: `none found at ${address}: ${error}`,
    next: `${startProducer} (and keep it running)`,
  };
}

/**
 * A producer answers, and says that data does not flow.
 *
 * @param where Where it runs.
 * @param reasons Its own.
 */
export function notReadyProducer(
  where: string,
  reasons: readonly string[],
): Fault {
  return {
    cause: `${where}, but is not ready: ${reasons.join("; ")}`,
    next: "its log names the cause",
  };
}

/** No broker answers. */
export function silentBroker(bootstrap: string, error: string): string {
  return `${bootstrap} does not respond: ${error}`;
}

/** The step that starts the stack, by its command. */
export function startStack(command: string): string {
  return `start the stack: ${command}; see also deno task status`;
}

/** The step for a broker that is not of this project's stack. */
export const startBroker =
  "start that broker, or correct KAFKA_BOOTSTRAP_SERVERS";

/** Records of the topic are not in the lake. */
export function lakeBehind(records: bigint): Fault {
  const what = plural(
    records,
    "record of the topic is",
    "records of the topic are",
  );
  return {
    cause: `${what} not in the lake`,
    next: "start or look at: deno task lake run (--once ends when all is in)",
  };
}

/** The lake holds nothing. */
export const emptyLake: Fault = {
  cause: "the lake is empty",
  next: "it needs both running: deno task produce, deno task lake run",
};

/** How old the newest record in gold is, in seconds. */
export function newestInGold(seconds: number): string {
  return `the newest record in gold is ${formatAge(seconds)} old`;
}

/** The same, where it is older than the producer's pace allows. */
export function oldInGold(seconds: number, limitSeconds: number): string {
  return `${newestInGold(seconds)}, expected at most ` +
    formatAge(limitSeconds);
}
