// Decides which stack `verify` observes besides the topic.

import { formatAddress } from "../../lib/address.ts";
import type { Config } from "../../producer/config/config.ts";
import { chooseKind } from "../stack/choice/choose_stack.ts";
import type { ComposeSettings } from "../stack/compose_settings.ts";
import type { StackKind } from "../stack/stack.ts";

/**
 * What is behind the broker: a stack of ours; `unknown` where no `setup` has
 * recorded one, as after a raw `docker compose up -d`; or a Kafka elsewhere.
 */
export type TargetKind = StackKind | "unknown" | "elsewhere";

export type ComposeTarget = Pick<ComposeSettings, "project" | "denoImage">;

/** What is observed besides the topic. */
export interface Target {
  readonly kind: TargetKind;
  /** The Compose stack, if there may be one. */
  readonly compose?: ComposeTarget;
}

/** The value of `--stack`, and what the last `setup` recorded. */
type Kinds = Readonly<Record<"asked" | "recorded", string | undefined>>;

function targetKind(
  { asked, recorded }: Kinds,
  { brokers, hostPort }: Pick<Config, "brokers" | "hostPort">,
): TargetKind {
  if (asked !== undefined) return chooseKind(asked, undefined);
  const isOwn = brokers.map(formatAddress).join() === `localhost:${hostPort}`;
  if (!isOwn) return "elsewhere";
  return recorded === undefined ? "unknown" : chooseKind(undefined, recorded);
}

/** `compose` reads this clone's Compose settings, if they are needed. */
export function verifyTarget(
  kinds: Kinds,
  config: Pick<Config, "brokers" | "hostPort">,
  compose: () => ComposeTarget,
): Target {
  const kind = targetKind(kinds, config);
  return kind === "compose" || kind === "unknown"
    ? { kind, compose: compose() }
    : { kind };
}
