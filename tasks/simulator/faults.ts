// Faults on demand: which request is affected, and how.

/** Which requests a fault affects. */
interface FaultScope {
  /** A path below `/api/v3`, such as `/simple/price`. @default any */
  readonly path?: string;
  /** How many requests it affects. @default 1 */
  readonly times?: number | "forever";
  /** How many requests in its scope it lets pass first. @default 0 */
  readonly after?: number;
}

/** What happens to an affected request. */
type FaultEffect =
  /** The normal reply, `ms` milliseconds late. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Another status, with an empty body by default. */
  | {
    readonly kind: "status";
    readonly status: number;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }
  /** Another body with status 200, as JSON by default. */
  | {
    readonly kind: "body";
    readonly body: string;
    readonly contentType?: string;
  }
  /** The normal `content-length`, but the connection ends after `bytes`. */
  | { readonly kind: "truncate"; readonly bytes: number }
  /** The normal reply, slowly. */
  | { readonly kind: "trickle"; readonly bytesPerSecond: number }
  /**
   * `bytes` of spaces before the normal reply, or spaces without end; `gzip`
   * compresses them a thousandfold.
   */
  | {
    readonly kind: "endless";
    readonly bytes?: number;
    readonly gzip?: boolean;
  }
  /** The connection ends without a response. */
  | { readonly kind: "reset" }
  /** The connection stays open without a response. */
  | { readonly kind: "hang" };

/** A fault as written in a script. */
export type Fault = FaultScope & FaultEffect;

/**
 * Finds the fault for a request, in the order of the list: each fault in scope
 * with `after` left counts the request, the first without it affects it, and
 * later ones are not counted.
 *
 * @param path The path below `/api/v3`.
 * @returns the fault, if any, and the faults that remain.
 */
export function takeFault(
  faults: readonly Fault[],
  path: string,
): { fault?: Fault; rest: Fault[] } {
  const rest: Fault[] = [];
  let found: Fault | undefined;
  for (const fault of faults) {
    const { after = 0, times = 1 } = fault;
    const inScope = fault.path === undefined || fault.path === path;
    if (found !== undefined || !inScope) {
      rest.push(fault);
    } else if (after > 0) {
      rest.push({ ...fault, after: after - 1 });
    } else {
      found = fault;
      if (times === "forever") rest.push(fault);
      else if (times > 1) rest.push({ ...fault, times: times - 1 });
    }
  }
  return found === undefined ? { rest } : { fault: found, rest };
}
