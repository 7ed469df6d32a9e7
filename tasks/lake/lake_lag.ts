// What of the topic is not in the lake, and whether the lake takes it: judged
// by two looks, since a record that has only just arrived waits too.

import { behindLimitMs } from "../../lakehouse/health/lake_readiness.ts";
import type { Clock } from "../../lib/clock.ts";
import { lakeBehind } from "../../lib/fault_words.ts";
import { formatAge } from "../../lib/format_age.ts";
import { plural } from "../../lib/plural.ts";
import type { Result } from "../../lib/result.ts";
import { fail, type Finding, ok, warn } from "../verify/finding.ts";

/** Where the lake goes on in a partition. */
export interface LakePosition {
  /** The partition's number. */
  readonly partition: number;
  /** The next offset that is not in the lake. */
  readonly next: bigint;
}

/** What {@linkcode checkLag} asks. */
export interface LagPorts {
  /** The time. */
  readonly clock: Clock;
  /** Where the lake goes on now. */
  positions(): Promise<readonly LakePosition[]>;
  /**
   * Kafka's time of the oldest record that waits, in ms since 1970; `undefined`
   * if it is not known.
   *
   * @param partitions Those in which records wait.
   */
  oldestMs(partitions: readonly LakePosition[]): Promise<number | undefined>;
  /**
   * The `lake run` that fills this lake, or why none was found; `undefined`
   * where none can be asked.
   */
  run(): Promise<
    Result<{ pid: number; reasons: readonly string[] }> | undefined
  >;
}

type Lags = ReadonlyMap<number, bigint>;

/** A live record waits 0.1 s for its transaction: this is a backlog. */
const maxLag = 100n;

/** How long a lake is watched that seems to take nothing, in ms. */
const watchMs = 5_000;
const pauseMs = 250;

/** Records of the topic that are not in the lake, by partition. */
export function lagOf(
  ends: Lags,
  positions: readonly LakePosition[],
): Map<number, bigint> {
  const next = new Map(positions.map((it) => [it.partition, it.next]));
  return new Map(
    Array.from(ends, ([partition, end]) => {
      const lag = end - (next.get(partition) ?? 0n);
      return [partition, lag > 0n ? lag : 0n];
    }),
  );
}

function sum(lags: Lags): bigint {
  return [...lags.values()].reduce((all, lag) => all + lag, 0n);
}

function waits(lag: bigint): string {
  return `${plural(lag, "record waits", "records wait")} for the lake`;
}

interface Watched {
  readonly left: bigint;
  /** Whether the lake took records of each partition in which some waited. */
  readonly hasMoved: boolean;
}

/** Looks again until what waited first is in the lake, or enough of it. */
async function watch(
  ends: Lags,
  first: Lags,
  { clock, positions }: LagPorts,
): Promise<Watched> {
  const deadline = clock.monotonic() + watchMs;
  const { signal } = new AbortController();
  while (true) {
    await clock.sleep(pauseMs, signal);
    const now = lagOf(ends, await positions());
    const left = sum(now);
    const hasMoved = Array.from(first).every(([partition, lag]) =>
      lag === 0n || (now.get(partition) ?? 0n) < lag
    );
    const isDone = hasMoved && left <= maxLag;
    if (isDone || clock.monotonic() >= deadline) return { left, hasMoved };
  }
}

/** Judges a lake that took nothing while it was watched. */
async function judgeStill(
  left: bigint,
  age: string,
  { run }: LagPorts,
): Promise<Finding> {
  const { cause, next } = lakeBehind(left);
  const found = await run();
  if (found === undefined) {
    // Runs of `--once` may fill it, from time to time.
    return left > maxLag
      ? fail(`${cause}${age}`, next)
      : warn(`${cause}${age}`, next);
  }
  if (!found.ok) return fail(`${cause}${age}, and ${found.error}`, next);
  const { pid, reasons } = found.value;
  const why = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
  return fail(
    `${cause}${age}; lake run (pid ${pid}) answers, but took none of them in ` +
      `${watchMs / 1_000} s${why}`,
    "its log names the cause; end it and start it again: deno task lake run",
  );
}

/**
 * Judges what of the topic is not in the lake. A lake to which records have
 * come that are not new is watched for some seconds.
 *
 * @param ends The next offset of each partition of the topic, read before the
 * lake: what arrives in between is not counted.
 */
export async function checkLag(
  ends: Result<Lags>,
  ports: LagPorts,
): Promise<Finding> {
  if (!ends.ok) {
    return fail(
      `the topic's end is not known: ${ends.error}`,
      "check the broker: deno task verify",
    );
  }
  const positions = await ports.positions();
  const first = lagOf(ends.value, positions);
  const lag = sum(first);
  if (lag === 0n) return ok(waits(lag));
  const oldestMs = await ports.oldestMs(
    Array.from(first).filter(([, lag]) => lag > 0n).map(([partition, lag]) => ({
      partition,
      next: (ends.value.get(partition) ?? 0n) - lag,
    })),
  );
  const ageOf = (ms: number) =>
    Math.max(0, ports.clock.now().epochMilliseconds - ms);
  const oldest = () =>
    oldestMs === undefined
      ? ""
      : `, the oldest for ${formatAge(ageOf(oldestMs) / 1_000)}`;
  const isNew = oldestMs !== undefined && ageOf(oldestMs) <= behindLimitMs;
  if (lag <= maxLag && isNew) return ok(`${waits(lag)}${oldest()}`);
  const { left, hasMoved } = await watch(ends.value, first, ports);
  if (!hasMoved) return await judgeStill(left, oldest(), ports);
  if (left <= maxLag) return ok(waits(left));
  const { cause, next } = lakeBehind(left);
  return fail(`${cause}: it is catching up`, next);
}
