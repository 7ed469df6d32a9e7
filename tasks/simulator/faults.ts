/**
 * Faults on demand: which request is spoiled, and how.
 *
 * @module
 */

/** Which requests a fault meets. */
export interface FaultScope {
  /** Only this path below `/api/v3`, such as `/simple/price`; else any. */
  readonly path?: string;
  /** How many requests it spoils, 1 unless told, or all until it is cleared. */
  readonly times?: number | "forever";
  /** How many requests in its scope it lets pass first; 0 unless told. */
  readonly after?: number;
}

/** What happens to a spoiled request. */
export type FaultEffect =
  /** The true answer, `ms` milliseconds late. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Another status; the body is empty unless given. */
  | {
    readonly kind: "status";
    readonly status: number;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }
  /** Another body under status 200; JSON by its type unless told. */
  | {
    readonly kind: "body";
    readonly body: string;
    readonly contentType?: string;
  }
  /** The true length is announced, the connection ends after `bytes`. */
  | { readonly kind: "truncate"; readonly bytes: number }
  /** The true answer, slowly. */
  | { readonly kind: "trickle"; readonly bytesPerSecond: number }
  /**
   * Blanks, as many as `bytes` before the true answer, or without an end;
   * with `gzip` they are compressed a thousandfold on the way.
   */
  | {
    readonly kind: "endless";
    readonly bytes?: number;
    readonly gzip?: boolean;
  }
  /** The connection ends without an answer. */
  | { readonly kind: "reset" }
  /** The connection stays, without an answer. */
  | { readonly kind: "hang" };

/** A fault as written in a script. */
export type Fault = FaultScope & FaultEffect;

/** A fault and how much of it is left. */
export interface PendingFault {
  /** The fault as written. */
  readonly fault: Fault;
  /** Requests that it still lets pass. */
  readonly skip: number;
  /** Requests that it still spoils. */
  readonly left: number;
}

/** Makes a fault ready to meet its first request. */
export function pending(fault: Fault): PendingFault {
  const times = fault.times ?? 1;
  return {
    fault,
    skip: fault.after ?? 0,
    left: times === "forever" ? Infinity : times,
  };
}

/**
 * Lets a request meet the faults, in the order of the list: each in scope that
 * still lets requests pass lets this one pass, the first that does not spoils
 * it, and those behind that one do not see it.
 *
 * @param path The path below `/api/v3`.
 * @returns the fault that it met, if any, and the faults that remain.
 */
export function takeFault(
  faults: readonly PendingFault[],
  path: string,
): { fault?: Fault; rest: PendingFault[] } {
  const rest: PendingFault[] = [];
  let met: Fault | undefined;
  for (const item of faults) {
    const { fault, skip, left } = item;
    const inScope = fault.path === undefined || fault.path === path;
    if (met !== undefined || !inScope) {
      rest.push(item);
    } else if (skip > 0) {
      rest.push({ ...item, skip: skip - 1 });
    } else {
      met = fault;
      if (left > 1) rest.push({ ...item, left: left - 1 });
    }
  }
  return met === undefined ? { rest } : { fault: met, rest };
}
