/**
 * What `verify` looked at on a Compose stack, as plain values.
 *
 * @module
 */

import type { Result } from "../../lib/result.ts";
import type { ContainerSeen } from "../docker/container.ts";

/** What a listener said when it was asked for the brokers' addresses. */
export type ListenerAnswer =
  & {
    /** The address that was asked. */
    readonly listener: string;
  }
  & (
    | {
      /** The addresses that it advertises. */
      readonly brokers: readonly { host: string; port: number }[];
    }
    | {
      /** Why there was no answer. */
      readonly error: string;
    }
  );

/** Everything that was seen of the stack's containers. */
export interface ComposeSeen {
  /** The project's containers, also those that do not run. */
  readonly containers: readonly ContainerSeen[];
  /** The last log lines of services that do not run well, by service. */
  readonly logs: Readonly<Record<string, string>>;
  /** PART-A's containers, those that exist. */
  readonly partA: readonly ContainerSeen[];
  /** Whether the network is our own, without PART-A. */
  readonly standalone: boolean;
  /** Where the UI is, and the topics that it lists. */
  readonly ui: {
    /** Its address on this machine. */
    readonly address: string;
    /** The topics that it found for ours. */
    readonly topics: Result<readonly string[]>;
  };
  /** The listener for this machine. */
  readonly outside: ListenerAnswer;
  /** The listeners on the network. */
  readonly inside: Result<readonly ListenerAnswer[]>;
}

/** The services that a stack has, ZooKeeper only without KRaft. */
export function expectedServices(
  containers: readonly ContainerSeen[],
): readonly string[] {
  const kafka = containers.find(({ service }) => service === "kafka");
  const kraft = kafka?.env.KAFKA_PROCESS_ROLES !== undefined;
  return kraft ? ["kafka", "kafka-ui"] : ["zookeeper", "kafka", "kafka-ui"];
}

/** The listeners on the network, whatever the containers are called. */
export const insideListeners = ["crypto-kafka:9092", "kafka:29092"] as const;
