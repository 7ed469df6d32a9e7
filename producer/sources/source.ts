// The interface of a price source.

import type { Clock } from "../../lib/clock.ts";
import type { ReadSetting } from "../../lib/merge_settings.ts";
import type { ReadText } from "../../lib/secret.ts";
import type { ExactNumber } from "./exact_json.ts";

/**
 * Every response of the simulator carries it, with the value `crypto-stream`,
 * and no real API sends it: simulated prices can never pass for real ones.
 */
export const SIMULATOR_HEADER = "x-simulator";

/** The fields of a coin, in the order of the record. */
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
 * One coin. `usd` is present and positive; any other field may be missing or
 * null, as the source sent it. `last_updated_at` is in seconds since 1970.
 */
export type Coin =
  & { readonly usd: ExactNumber }
  & { readonly [field in CoinField]?: ExactNumber | null };

/** A part of a response that could not be used. */
export interface Refused {
  /** The coin's id. */
  readonly id: string;
  /** The one field that was dropped; absent when the whole coin was. */
  readonly field?: CoinField;
  /** What was received and what was expected, on one line. */
  readonly reason: string;
}

/** The result of a successful poll. */
export interface Sample {
  /** Discriminant. */
  readonly ok: true;
  /** Coins by id, in the order of the response. */
  readonly coins: ReadonlyMap<string, Coin>;
  /** HTTP status code. */
  readonly status: number;
  /** When the request was sent, by the wall clock. */
  readonly calledAt: Temporal.Instant;
  /** Ids that were requested and are not in the response. */
  readonly missing: readonly string[];
  /** Coins and fields that could not be used. */
  readonly refused: readonly Refused[];
  /** Whether a simulator responded. */
  readonly simulated: boolean;
  /** How many requests were retried after a lost connection. */
  readonly retries?: number;
}

/** Why a poll failed; a label of the metrics. */
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

/** The result of a failed poll. It never becomes a record. */
export interface PollFailure {
  /** Discriminant. */
  readonly ok: false;
  /** The kind, for metrics. */
  readonly kind: PollFailureKind;
  /** The reason, for people, on one line. */
  readonly message: string;
  /** HTTP status code, if there was a response. */
  readonly status?: number;
  /** How long the source asks not to be polled, in milliseconds. */
  readonly retryAfterMs?: number;
  /** How many requests were retried after a lost connection. */
  readonly retries?: number;
}

/** The result of a poll. */
export type PollResult = Sample | PollFailure;

/** A place where prices come from. */
export interface Source {
  /** Its address without secrets, for `ce_source`. */
  readonly address: string;
  /** Hosts that it calls, as `host:port`; checked against the permissions. */
  readonly hosts: readonly string[];
  /** Ids of the coins that a complete sample has; `verify` expects them. */
  readonly ids: readonly string[];
  /** Its effective settings by name, secrets masked, for `--check`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Settings that will cause failures, a line each; logged at the start. */
  readonly warnings?: readonly string[];
  /** Settings that work but are not useful, a line each; `--check` warns. */
  readonly advice?: readonly string[];
  /** Further facts for `--check`, a line each. */
  readonly notes?: readonly string[];
  /**
   * Polls once. Every failure is a result; nothing is thrown.
   *
   * @param signal Cancels the request; the result is then not used.
   */
  poll(signal: AbortSignal): Promise<PollResult>;
}

/** What a source is made from. Durations are milliseconds. */
export interface SourceOptions {
  /**
   * The text of a setting: from a flag, the environment, `.env`, or else the
   * default of the settings table. `undefined` when it is not set.
   */
  readonly setting: ReadSetting;
  /** Reads a file that a setting names; `undefined` when it does not exist. */
  readonly readText: ReadText;
  /** From one poll to the next. */
  readonly intervalMs: number;
  /** For a complete response, body included. */
  readonly timeoutMs: number;
  /** The HTTP client. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Time. */
  readonly clock: Clock;
}

/**
 * Makes a source from its settings. It sends nothing before the first poll.
 *
 * @throws {UsageError} with a line for each wrong setting.
 */
export type SourceFactory = (options: SourceOptions) => Source;
