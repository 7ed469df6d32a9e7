/**
 * What the producer asks of a place where prices come from.
 *
 * @module
 */

import type { ExactNumber } from "./exact_json.ts";

/** The fields of one coin, in the order of the record. */
export const coinFields = [
  "usd",
  "usd_market_cap",
  "usd_24h_vol",
  "usd_24h_change",
  "last_updated_at",
] as const;

/** The name of a field of a coin. */
export type CoinField = typeof coinFields[number];

/**
 * One coin. `usd` is there and positive; another field may be absent or null,
 * as the source gave it. `last_updated_at` is in seconds since 1970.
 */
export type Coin =
  & { readonly usd: ExactNumber }
  & { readonly [field in CoinField]?: ExactNumber | null };

/** What one good poll gave. */
export interface Sample {
  /** Told apart from {@linkcode PollFailure} by this. */
  readonly ok: true;
  /** Coins by id, in the order of the answer. */
  readonly coins: ReadonlyMap<string, Coin>;
  /** The HTTP status. */
  readonly status: number;
  /** When the request was sent, by the wall clock. */
  readonly calledAt: Temporal.Instant;
  /** Coins that were asked for and are not in the answer. */
  readonly absent: readonly string[];
  /** What in the answer could not be used, as `coin: reason`. */
  readonly refused: readonly string[];
  /** Whether a simulator answered. */
  readonly simulated: boolean;
  /** How many requests were sent again after a lost connection. */
  readonly retries?: number;
}

/** Why a poll gave no sample. One word for each, for counters. */
export const pollFailureKinds = [
  "network",
  "timeout",
  "redirect",
  "rate_limit",
  "key",
  "http_status",
  "too_large",
  "not_json",
  "api_error",
  "no_prices",
] as const;

/** One of {@linkcode pollFailureKinds}. */
export type PollFailureKind = typeof pollFailureKinds[number];

/** A poll that gave no sample. It is never a price. */
export interface PollFailure {
  /** Told apart from {@linkcode Sample} by this. */
  readonly ok: false;
  /** Why, in one word. */
  readonly kind: PollFailureKind;
  /** Why, for a person, on one line. */
  readonly message: string;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /** How long the source asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  /** How many requests were sent again after a lost connection. */
  readonly retries?: number;
}

/** The outcome of one poll. */
export type PollResult = Sample | PollFailure;

/** A place where prices come from. */
export interface Source {
  /** Where it is, for `ce_source`: an address without secrets. */
  readonly address: string;
  /** Hosts that it calls, as `host:port`; checked against the permissions. */
  readonly hosts: readonly string[];
  /**
   * Asks once. Trouble of any kind is an answer, not an error.
   *
   * @param signal Calls the request off; the result is then not used.
   */
  poll(signal: AbortSignal): Promise<PollResult>;
}
