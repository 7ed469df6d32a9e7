// The chain from source to gold, and what it is judged from.

import type { Fault } from "../../lib/fault_words.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProducerStatus } from "../../lib/producer_status.ts";
import type { Result } from "../../lib/result.ts";
import type { Rejects, Size } from "./page_data.ts";

/** What a step is like. */
export type StepState = "ok" | "warn" | "fail" | "unknown";

/** A figure of a step. */
export interface Figure {
  /** What it is. */
  readonly label: string;
  /** Its value. */
  readonly value: string | number;
  /** Its unit. */
  readonly unit?: string;
}

/** A step of the chain. */
export interface Step extends Partial<Fault> {
  /** Which. */
  readonly id: "source" | "outbox" | "topic" | "bronze" | "silver" | "gold";
  /** What it is like. */
  readonly state: StepState;
  /** Its name for people. */
  readonly title: string;
  /** Its figures. */
  readonly figures: readonly Figure[];
}

/** What the chain is judged from. */
export interface ChainFacts {
  /** The wall clock, ms since 1970. */
  readonly nowMs: number;
  /** What the producer said; `undefined` when `ADMIN_ADDRESS` is off. */
  readonly producer: Result<ProducerStatus> | undefined;
  /** Where it was asked. */
  readonly producerAddress: string;
  /** The body of `/status` of the `lake run`; an error when none answers. */
  readonly run: Result<JsonObject>;
  /** The lake; an error when it cannot be read. */
  readonly lake: Result<{
    /** The newest Kafka timestamp in gold, ms since 1970. */
    readonly newestMs: number | undefined;
    /** Coins in gold. */
    readonly coins: number;
    /** How large it is. */
    readonly size: Size;
    /** What was rejected. */
    readonly rejects: Rejects;
  }>;
}

/** The body of `/api/chain`. */
export interface Chain {
  /** All steps together. */
  readonly state: "flowing" | "waiting" | "broken" | "stale";
  /** When it was judged. */
  readonly at: string;
  /** From source to gold. */
  readonly steps: readonly Step[];
  /** What was rejected. */
  readonly rejects: Rejects;
  /** How large and how old the lake is. */
  readonly lake: Size & { readonly freshnessSeconds: number | null };
}
