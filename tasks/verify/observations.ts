/**
 * What `verify` looked at, as plain values: the checks see nothing else.
 *
 * @module
 */

import type {
  PartitionOffsets,
  StoredRecord,
} from "../../kafka/tail_reader.ts";
import type { TopicState } from "../../kafka/topic_admin.ts";
import type { TopicSpec } from "../../kafka/topic_spec.ts";
import type { ComposeSeen } from "./stack_observation.ts";
import type { Result } from "../../lib/result.ts";
import type { ProducerStatus } from "../producer/producer_status.ts";
import type { StackWord } from "./which_stack.ts";

/** Everything that was observed, at one moment. */
export interface Observations {
  /** The wall clock, ms since 1970. */
  readonly nowMs: number;
  /** What is behind the broker. */
  readonly stack: StackWord;
  /** The bootstrap address that was asked. */
  readonly bootstrap: string;
  /** The topic as it should be. */
  readonly spec: TopicSpec;
  /** The coins that should be in each record. */
  readonly ids: readonly string[];
  /** From slot to slot: the producer's own word, else the configuration's. */
  readonly intervalMs: number;
  /** For one answer of the source, likewise. */
  readonly timeoutMs: number;
  /** What becomes of samples that bring nothing new, likewise. */
  readonly unchanged: "emit" | "skip";
  /** Where a producer was asked, or `undefined` when that is switched off. */
  readonly admin: string | undefined;
  /** The answer of a producer on this machine. */
  readonly producer: Result<ProducerStatus>;
  /** The answer of the producer in its container, if that runs. */
  readonly contained: Result<ProducerStatus> | undefined;
  /** The Compose stack; `undefined` when there is none to look at. */
  readonly compose: Result<ComposeSeen> | undefined;
  /** The topic as it is; `undefined` when it is not there. */
  readonly topic: Result<TopicState | undefined>;
  /** Where its partitions begin and end. */
  readonly offsets: readonly PartitionOffsets[];
  /** The last records by time, oldest first. */
  readonly records: readonly StoredRecord[];
}
