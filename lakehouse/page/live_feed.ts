// Tells the listening browsers what is new, as long as there are any: commits
// as they come, the chain each second.

import { abortOf } from "../../lib/abort_of.ts";
import type { Clock } from "../../lib/clock.ts";
import { attempt } from "../../lib/result.ts";
import { EventHub, eventText, ping } from "./event_hub.ts";
import type { PageData } from "./page_data.ts";
import type { Change } from "./shapes.ts";

/** What {@linkcode LiveFeed} works with. */
export interface FeedOptions {
  /** The lake. */
  readonly data: PageData;
  /** Time. */
  readonly clock: Clock;
  /** Makes the body of `/api/chain`. */
  readonly chain: () => Promise<unknown>;
  /**
   * Whether commits are announced by {@linkcode LiveFeed.committed}; else the
   * lake is looked at each second.
   */
  readonly isTold: boolean;
  /** Listeners at most. */
  readonly maxClients?: number;
  /** Bytes that may wait for a slow listener. */
  readonly maxBuffered?: number;
}

/** Commits within that time are one event. */
const gatherMs = 250;

/** Queries take at most a part of the time: one in so many. */
const share = 5;

const chainMs = 1_000;
const pingMs = 15_000;

/** The part of a chain that differs from second to second by itself. */
function essence(chain: unknown): string {
  return JSON.stringify(chain, (name, value) => name === "at" ? 0 : value);
}

/** Events for browsers; nothing is asked while none listens. */
export class LiveFeed {
  readonly #options: FeedOptions;
  readonly #hub: EventHub;
  #running: AbortController | undefined;
  #change: Change = { records: 0, ticks: 0 };
  #wake = Promise.withResolvers<void>();
  #version = -1;

  /**
   * Without listeners.
   *
   * @param options What it works with.
   */
  constructor(options: FeedOptions) {
    this.#options = options;
    const { maxClients, maxBuffered } = options;
    this.#hub = new EventHub({
      ...maxClients === undefined ? {} : { maxClients },
      ...maxBuffered === undefined ? {} : { maxBuffered },
      onFirst: () => this.#start(),
      onNone: () => this.#running?.abort(),
    });
  }

  /** Listeners now. */
  get size(): number {
    return this.#hub.size;
  }

  /**
   * A stream of events; `undefined` when there are too many.
   *
   * @param version The snapshot that the listener begins with.
   */
  open(version: number): ReadableStream<Uint8Array> | undefined {
    if (this.size === 0) this.#version = Math.max(this.#version, version);
    return this.#hub.open(eventText("hello", { version }));
  }

  /** A transaction was written. */
  committed({ records, ticks }: Change): void {
    // Who listens to nothing has nothing to be told of.
    if (this.size === 0) return;
    this.#change = {
      records: this.#change.records + records,
      ticks: this.#change.ticks + ticks,
    };
    this.#wake.resolve();
  }

  /** Ends all streams. */
  close(): void {
    this.#hub.close();
  }

  #start(): void {
    const running = new AbortController();
    this.#running = running;
    this.#change = { records: 0, ticks: 0 };
    const { signal } = running;
    void this.#tellCommits(signal);
    void this.#tellChain(signal);
  }

  async #tellCommits(signal: AbortSignal): Promise<void> {
    const { clock, isTold } = this.#options;
    while (!signal.aborted) {
      if (isTold) {
        using abort = abortOf(signal);
        await Promise.race([this.#wake.promise, abort.promise]);
      } else await clock.sleep(chainMs, signal);
      if (signal.aborted) return;
      this.#wake = Promise.withResolvers();
      if (isTold) await clock.sleep(gatherMs, signal);
      const startedMs = clock.monotonic();
      // A lake that cannot be read is the chain's to tell of.
      await attempt(() => this.#tellCommit());
      const tookMs = clock.monotonic() - startedMs;
      await clock.sleep((share - 1) * tookMs, signal);
    }
  }

  async #tellCommit(): Promise<void> {
    const { data, isTold } = this.#options;
    const { version, at } = await data.newest();
    if (version <= this.#version) return;
    let change = this.#change;
    this.#change = { records: 0, ticks: 0 };
    if (!isTold) change = await data.changesSince(this.#version);
    await data.board.follow(version);
    const coins = data.board.changedSince(this.#version);
    this.#version = version;
    this.#hub.send(eventText("commit", { version, at, ...change, coins }));
  }

  async #tellChain(signal: AbortSignal): Promise<void> {
    const { clock, chain } = this.#options;
    let last = "";
    let pingedMs = clock.monotonic();
    while (!signal.aborted) {
      const startedMs = clock.monotonic();
      const found = await attempt(chain);
      if (signal.aborted) return;
      if (found.ok && essence(found.value) !== last) {
        last = essence(found.value);
        this.#hub.send(eventText("chain", found.value));
      }
      if (clock.monotonic() - pingedMs >= pingMs) {
        pingedMs = clock.monotonic();
        this.#hub.send(ping);
      }
      const tookMs = clock.monotonic() - startedMs;
      await clock.sleep(chainMs - tookMs, signal);
    }
  }
}
