// A known failure: what it looks like, what it means, what fixes it.

export interface Symptom {
  readonly id: string;
  /** The stack it belongs to; `compose` unless named. */
  readonly stack?: "native" | "spark";
  /** The part of the message by which a person recognises it. */
  readonly shows: string;
  /**
   * Each matches within one line. The value of a named group is added to the
   * cause, and replaces the group's name in capitals in `commands`.
   */
  readonly patterns: readonly RegExp[];
  readonly cause: string;
  readonly fix: string;
  readonly commands?: readonly string[];
}

export interface Diagnosis {
  readonly id: string;
  /** What is wrong, with the names and numbers of this case. */
  readonly cause: string;
  readonly next: string;
}

/** How a container ended, from `docker inspect`. */
export interface ContainerEnd {
  /** `State.ExitCode`: 128 + signal when a signal ended it. */
  readonly exitCode: number;
  /** `State.OOMKilled`: whether it exceeded its memory limit. */
  readonly oomKilled: boolean;
  /** `State.Error`: the engine's message when it could not start it. */
  readonly error: string;
}
