/**
 * Misbehaviour on demand: what the simulator does in place of answering.
 *
 * @module
 */

import { UsageError } from "../../producer/errors.ts";

/** What a fault can be. */
export const faultKinds = [
  "delay",
  "status",
  "body",
  "truncate",
  "trickle",
  "endless",
  "reset",
  "hang",
] as const;

/** One of {@linkcode faultKinds}. */
export type FaultKind = typeof faultKinds[number];

/** One fault. */
export interface Fault {
  /** What happens. */
  readonly kind: FaultKind;
  /** For how many requests; 1 unless told. */
  readonly times?: number;
  /** How many requests go by before it begins; 0 unless told. */
  readonly after?: number;
  /** `delay`: milliseconds before the usual answer. */
  readonly ms?: number;
  /** `status`, `body`: the HTTP status. */
  readonly status?: number;
  /** `status`, `body`: the body's text. */
  readonly body?: string;
  /** `status`, `body`: more headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `truncate`: bytes after which the connection breaks. */
  readonly bytes?: number;
  /** `trickle`: bytes in a second. */
  readonly bytesPerSecond?: number;
  /** `endless`: compress it, so that little on the wire is much in memory. */
  readonly gzip?: boolean;
}

const numbers = ["times", "after", "ms", "status", "bytes", "bytesPerSecond"];

function parseFault(value: unknown, where: string): Fault {
  if (typeof value !== "object" || value === null) {
    throw new UsageError(`${where}: expected an object`);
  }
  for (const [name, field] of Object.entries(value)) {
    const good = name === "kind"
      ? faultKinds.includes(field)
      : numbers.includes(name)
      ? Number.isInteger(field) && field >= 0
      : name === "body"
      ? typeof field === "string"
      : name === "gzip"
      ? typeof field === "boolean"
      : name === "headers" && typeof field === "object" && field !== null;
    if (!good) {
      throw new UsageError(
        `${where}: ${name} ${JSON.stringify(field)} is not known; kinds are ` +
          faultKinds.join(", "),
      );
    }
  }
  if (!("kind" in value)) throw new UsageError(`${where}: kind is missing`);
  return value as Fault;
}

/**
 * Reads a list of faults.
 *
 * @throws {UsageError} that names the fault and the field that is wrong.
 */
export function parseFaults(text: string): Fault[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new UsageError("the faults are no JSON");
  }
  if (!Array.isArray(list)) {
    throw new UsageError('expected a JSON list such as [{"kind":"reset"}]');
  }
  return list.map((item, index) => parseFault(item, `fault ${index + 1}`));
}

/** Faults in the order in which they were asked for. */
export class FaultQueue {
  #waiting: { fault: Fault; after: number; left: number }[] = [];

  /** Adds faults behind those that wait. */
  add(faults: readonly Fault[]): void {
    for (const fault of faults) {
      const { after = 0, times = 1 } = fault;
      this.#waiting.push({ fault, after, left: times });
    }
  }

  /** The fault of the next request, if it has one. */
  next(): Fault | undefined {
    const first = this.#waiting[0];
    if (first === undefined) return undefined;
    if (first.after-- > 0) return undefined;
    first.after = 0;
    if (--first.left <= 0) this.#waiting.shift();
    return first.fault;
  }

  /** Forgets all. */
  clear(): void {
    this.#waiting = [];
  }

  /** What still waits. */
  get pending(): readonly Fault[] {
    return this.#waiting.map(({ fault }) => fault);
  }
}
