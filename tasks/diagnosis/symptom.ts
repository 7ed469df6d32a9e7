/**
 * What a known failure looks like, what it means and what helps.
 *
 * @module
 */

/** A failure that is known by the words it leaves behind. */
export interface Symptom {
  /** A short name, for tests and for links. */
  readonly id: string;
  /** The part of the message by which a person knows it, as in the README. */
  readonly shows: string;
  /**
   * What it is recognised by, in one line. The value of a named group belongs
   * to the cause, and stands in `type` for the group's name in capitals.
   */
  readonly patterns: readonly RegExp[];
  /** What is wrong, as half a sentence. */
  readonly cause: string;
  /** What to do about it, as half a sentence. */
  readonly cure: string;
  /** What to type for it, one after the other. */
  readonly type?: readonly string[];
}

/** A symptom that was recognised. */
export interface Diagnosis {
  /** The {@linkcode Symptom.id}. */
  readonly id: string;
  /** What is wrong, with the names and numbers of this case. */
  readonly cause: string;
  /** What to do about it. */
  readonly next: string;
}

/** How a container ended, as `docker inspect` tells it. */
export interface ContainerEnd {
  /** `State.ExitCode`: 128 + signal when a signal ended it. */
  readonly exitCode: number;
  /** `State.OOMKilled`: whether it went over its memory limit. */
  readonly oomKilled: boolean;
  /** `State.Error`: the engine's words when it could not start it. */
  readonly error: string;
}
