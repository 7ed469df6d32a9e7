/**
 * Decides what `verify` looks at beside the records.
 *
 * @module
 */

import { formatAddress } from "../../lib/address.ts";
import type { Config } from "../../producer/config/config.ts";
import type { StackKind } from "../stack/stack.ts";
import type { ComposePlace } from "./observe_stack.ts";

/**
 * What is behind the broker: a stack of ours, one that nobody recorded but
 * that may be there all the same (after a raw `docker compose up -d`), or a
 * Kafka elsewhere.
 */
export type StackWord = StackKind | "unknown" | "elsewhere";

/** What is looked at beside the records. */
export interface Surroundings {
  /** What is behind the broker. */
  readonly stack: StackWord;
  /** The Compose stack, if there may be one. */
  readonly place?: ComposePlace;
}

/**
 * The stack to look at.
 *
 * @param asked The value of `--stack`, already checked.
 * @param recorded The kind that the last `setup` recorded.
 */
export function whichStack(
  asked: StackKind | undefined,
  recorded: StackKind | undefined,
  { brokers, hostPort }: Pick<Config, "brokers" | "hostPort">,
): StackWord {
  if (asked !== undefined) return asked;
  const own = brokers.map(formatAddress).join() === `localhost:${hostPort}`;
  return own ? recorded ?? "unknown" : "elsewhere";
}
