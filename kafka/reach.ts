// Which brokers cannot be reached, and when to dial them next. A dead broker is
// dialled at most once a second by all callers together; one that answers is free.

import { type Address, formatAddress } from "../lib/address.ts";
import type { Clock } from "../lib/clock.ts";
import type { AddressError } from "./address_error.ts";

/** Brokers that cannot be reached, of one client. */
export interface Reach {
  /** The bootstrap brokers worth a try: all of them when none is. */
  seeds(): readonly Address[];
  /**
   * Takes the turn to dial an address.
   *
   * @returns the error of its last failure when it is too early; otherwise
   * `undefined`, always for a broker that has not failed.
   */
  dial(address: Address): Error | undefined;
  /**
   * Examines why a call failed; what was found is not looked for again within a
   * minute.
   *
   * @param key Names the failure.
   */
  examined(
    key: string,
    examine: () => Promise<AddressError | undefined>,
  ): Promise<AddressError | undefined>;
  /** A connection failed, or ended without a response. */
  failed(address: Address, error: Error): void;
  /** A response arrived, or a refusal that only a live peer sends. */
  answered(address: Address): void;
  /**
   * Waits after a failed attempt. Meanwhile it dials the brokers that could not
   * be reached, in turn, once a second in total.
   *
   * @param ms How long the wait takes, in milliseconds; longer where the next
   * attempt would be too early.
   * @param signal Ends the wait early; dials are free from then on.
   * @returns whether a broker answers again, which ends the wait early.
   */
  rest(ms: number, signal: AbortSignal): Promise<boolean>;
}

/** What {@linkcode createReach} works with. */
export interface ReachOptions {
  /** The bootstrap brokers. */
  readonly seeds: readonly Address[];
  /** Time. */
  readonly clock: Pick<Clock, "monotonic" | "sleep">;
  /** A number from 0 to 1, for the jitter. */
  readonly random: () => number;
  /**
   * Dials an address, and reports to {@linkcode Reach.failed} or
   * {@linkcode Reach.answered} what came of it.
   *
   * @returns whether the broker answered; `false` after the signal.
   */
  readonly look: (address: Address, signal: AbortSignal) => Promise<boolean>;
}

/** An address that could not be reached. */
interface Failure {
  readonly address: Address;
  readonly error: Error;
  readonly atMs: number;
  /** Since when it has accepted connections and closed them. */
  readonly closingSinceMs: number | undefined;
}

const spacingMs = 1_000;
const jitterMs = 150;

/** An address whose last failure is older may not be in use any more. */
const freshMs = 60_000;

/**
 * A port that closes each connection may belong to a broker that is starting
 * behind a port forwarder, or need other settings. As long as no broker has
 * ever answered, it is dialled more and more rarely after this time.
 */
const patienceMs = 60_000;
const maxSpacingMs = 30_000;

/** Codes of errors after which a connection had been open. */
const closingCodes = new Set<unknown>([undefined, "ECONNRESET", "EPIPE"]);

function isClosing(error: Error & { readonly code?: unknown }): boolean {
  return closingCodes.has(error.code);
}

/** Makes one in which no broker has failed. */
export function createReach(options: ReachOptions): Reach {
  const { seeds, clock } = options;
  const failures = new Map<string, Failure>();
  const found = new Map<string, ReturnType<Parameters<Reach["examined"]>[1]>>();
  let foundAtMs = -Infinity;
  let hasAnswered = false;
  let isStopping = false;
  let nextTurnMs = -Infinity;

  function failureOf(address: Address): Failure | undefined {
    const failure = failures.get(formatAddress(address));
    if (failure === undefined) return undefined;
    if (clock.monotonic() - failure.atMs < freshMs) return failure;
    failures.delete(formatAddress(address));
    return undefined;
  }

  function takeTurn(): void {
    nextTurnMs = clock.monotonic() + spacingMs + jitterMs * options.random();
  }

  function nextDialMs({ atMs, closingSinceMs }: Failure): number {
    if (hasAnswered || closingSinceMs === undefined) return nextTurnMs;
    const patientMs = atMs - closingSinceMs - patienceMs;
    const ownMs = Math.min(maxSpacingMs, patientMs / 4);
    return Math.max(nextTurnMs, atMs + ownMs);
  }

  /** The one to look at next: kafkajs begins with a bootstrap broker. */
  function nextLook(): Failure | undefined {
    const dead = seeds.map(failureOf);
    const known = dead.includes(undefined)
      ? [...failures.values()].map(({ address }) => failureOf(address))
      : dead;
    return known.filter((failure) => failure !== undefined)
      .toSorted((a, b) => nextDialMs(a) - nextDialMs(b) || a.atMs - b.atMs)[0];
  }

  return {
    seeds() {
      const reachable = seeds.filter((seed) => failureOf(seed) === undefined);
      return reachable.length === 0 ? seeds : reachable;
    },
    dial(address) {
      const failure = failureOf(address);
      if (failure === undefined) return undefined;
      const isEarly = clock.monotonic() < nextDialMs(failure);
      // The last attempt of a process that stops is to be a real one.
      if (isEarly && !isStopping) return failure.error;
      takeTurn();
      return undefined;
    },
    examined(key, examine) {
      if (clock.monotonic() - foundAtMs >= freshMs) found.clear();
      if (found.size === 0) foundAtMs = clock.monotonic();
      const known = found.get(key) ?? examine();
      found.set(key, known);
      return known;
    },
    failed(address, error) {
      const before = failureOf(address);
      const atMs = clock.monotonic();
      failures.set(formatAddress(address), {
        address,
        error,
        atMs,
        closingSinceMs: isClosing(error)
          ? before?.closingSinceMs ?? atMs
          : undefined,
      });
      if (before === undefined) takeTurn();
    },
    answered(address) {
      hasAnswered = true;
      failures.delete(formatAddress(address));
    },
    async rest(ms, signal) {
      const sleepUntil = (untilMs: number) =>
        clock.sleep(untilMs - clock.monotonic(), signal);
      const untilMs = clock.monotonic() + ms;
      let isOver = false;
      while (!isOver && !signal.aborted) {
        const failure = nextLook();
        const lookMs = failure === undefined ? untilMs : nextDialMs(failure);
        await sleepUntil(lookMs);
        // The attempt that follows takes this turn.
        isOver = failure === undefined || lookMs >= untilMs;
        if (isOver || signal.aborted || failure === undefined) continue;
        takeTurn();
        if (await options.look(failure.address, signal)) return true;
      }
      isStopping ||= signal.aborted;
      return false;
    },
  };
}
