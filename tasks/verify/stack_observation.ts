// Everything the stack's checks know, as plain values.

import type { Result } from "../../lib/result.ts";
import type { ContainerSeen } from "../docker/container.ts";
import type { ListenerAnswer } from "./probe/ask_listener.ts";

export interface StackObservation {
  /** The project's containers, including stopped ones. */
  readonly containers: readonly ContainerSeen[];
  /** The last log lines of unhealthy or restarted services, by service. */
  readonly logs: Readonly<Record<string, string>>;
  readonly partA: readonly ContainerSeen[];
  /** Whether the stack runs on a network of its own, without PART-A. */
  readonly standalone: boolean;
  readonly ui: {
    readonly address: string;
    /** The names of topics that it lists. */
    readonly topics: Result<readonly string[]>;
  };
  /** Kafka's listener for clients on this machine. */
  readonly outside: ListenerAnswer;
  /** Kafka's listeners on the Docker network. */
  readonly inside: Result<readonly ListenerAnswer[]>;
}

/** Kafka's listeners on the Docker network, whatever `STACK_NAME` is. */
export const insideListeners = ["crypto-kafka:9092", "kafka:29092"] as const;
