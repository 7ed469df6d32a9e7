// What every kind of stack can do. Two kinds stand behind it: `compose` (the
// containers) and `native` (one real broker as a plain Java process).

import type { Progress } from "../cli/print.ts";

export const stackKinds = ["compose", "native"] as const;

export type StackKind = typeof stackKinds[number];

export interface ServiceStatus {
  /** Its name: `kafka`, `zookeeper`, `kafka-ui`, `crypto-producer`, ... */
  readonly name: string;
  /** Where it can be reached from this machine, e.g. `localhost:9093`. */
  readonly address: string;
  readonly state: "running" | "starting" | "stopped" | "failed";
  /** More to know: pid, version, why it failed. May be empty. */
  readonly detail: string;
  /** What its own health check says while it fails. */
  readonly complaint?: string;
}

export interface Belongings {
  readonly removed: readonly string[];
  readonly kept: readonly string[];
}

export interface Stack {
  readonly kind: StackKind;
  /** The Kafka bootstrap address from this machine: `localhost:9093`. */
  readonly bootstrap: string;
  /**
   * Starts what does not run and waits until it serves. Safe to repeat. Calls
   * `record` before its first change, so that a later command finds what is
   * there even if this one is killed.
   */
  up(progress: Progress, record?: () => void): Promise<void>;
  /** What runs now. Never throws for a stack that is down. */
  status(): Promise<ServiceStatus[]>;
  /** Stops gracefully; all data is kept. `false` when nothing ran. */
  stop(progress: Progress): Promise<boolean>;
  /** What `destroy()` would remove, and what it would leave; one line each. */
  belongings(): Promise<Belongings>;
  /** Stops, then removes all data. `false` when there was nothing. */
  destroy(progress: Progress): Promise<boolean>;
  /**
   * Writes a service's logs, or all, to stdout; follows them until `signal`.
   */
  logs(
    service: string | undefined,
    follow: boolean,
    signal: AbortSignal,
  ): Promise<void>;
}
