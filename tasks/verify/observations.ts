// Everything the checks know, as plain values.

import type { AddressError } from "../../kafka/address_error.ts";
import type {
  PartitionOffsets,
  StoredRecord,
  UnreadableBatch,
} from "../../kafka/tail_reader.ts";
import type { TopicState } from "../../kafka/topic_admin.ts";
import type { TopicSpec } from "../../kafka/topic_spec.ts";
import type { Result } from "../../lib/result.ts";
import type { ProducerStatus } from "../../lib/producer_status.ts";
import type { StackObservation } from "./stack_observation.ts";
import type { TargetKind } from "./verify_target.ts";

export interface Observations {
  readonly nowMs: number;
  readonly target: TargetKind;
  readonly bootstrap: string;
  readonly spec: TopicSpec;
  /** The coins that each record should have. */
  readonly ids: readonly string[];
  /** Of the running producer, else of the configuration; so are the next two. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly unchanged: "emit" | "skip";
  /** `ADMIN_ADDRESS`; `undefined` when it is off. */
  readonly adminAddress: string | undefined;
  readonly producer: Result<ProducerStatus>;
  /** The producer in the stack's container; `undefined` when none runs. */
  readonly containerProducer: Result<ProducerStatus> | undefined;
  /** `undefined` when the target has no Compose stack. */
  readonly compose: Result<StackObservation> | undefined;
  /** What is wrong with a broker's address, configured or advertised. */
  readonly addressFault?:
    | Pick<AddressError, "what" | "next" | "mayBeBroker">
    | undefined;
  /** The topic as it is; `undefined` when it does not exist. */
  readonly topic: Result<TopicState | undefined>;
  readonly offsets: readonly PartitionOffsets[];
  /** The newest records, oldest first. */
  readonly records: readonly StoredRecord[];
  /** Batches among them that could not be read. */
  readonly unreadable: readonly UnreadableBatch[];
}
