// @ts-check
// The page's server, asked for JSON.

/**
 * @typedef {object} Coin
 * @property {string} coin
 * @property {string} price
 * @property {string | null} change24h In percent.
 * @property {string | null} marketCap
 * @property {string | null} volume24h
 * @property {string} observedAt
 * @property {[string, string][]} [spark] Times and prices, oldest first.
 */

/**
 * @typedef {object} Prices
 * @property {number} version The lake's snapshot.
 * @property {string} asOf
 * @property {boolean} stale
 * @property {Coin[]} coins By market cap.
 */

/**
 * @typedef {object} Candle
 * @property {string} start
 * @property {string} open
 * @property {string} high
 * @property {string} low
 * @property {string} close
 * @property {number} ticks
 * @property {boolean} isFinal
 */

/**
 * @typedef {object} Candles
 * @property {string} coin
 * @property {Interval} interval
 * @property {number} version
 * @property {Candle[]} candles Oldest first.
 */

/** @typedef {"hour" | "day"} Interval */

/** @typedef {"ok" | "warn" | "fail" | "unknown"} StepState */

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {StepState} state
 * @property {string} title
 * @property {{ label: string, value: string | number, unit?: string }[]} figures
 * @property {string} [cause]
 * @property {string} [next]
 */

/**
 * @typedef {object} Reject
 * @property {string} at
 * @property {string} reason
 * @property {string | null} [coin]
 * @property {number | string} offset
 * @property {number} partition
 * @property {string} payload
 */

/**
 * @typedef {object} Chain
 * @property {"flowing" | "waiting" | "broken" | "stale"} state
 * @property {string} at
 * @property {Step[]} steps
 * @property {{ total: number, byReason: Record<string, number>, newest: Reject[] }} rejects
 * @property {{ snapshots: number, files: number, bytes: number, freshnessSeconds: number | null }} lake
 */

/** @typedef {{ version: number, at: string }} Snapshot */

/**
 * @typedef {object} Snapshots
 * @property {Snapshot | null} first
 * @property {Snapshot | null} last
 */

/** What the server said instead of an answer. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {string | undefined} next The step that helps.
   * @param {number} status
   */
  constructor(message, next, status) {
    super(message);
    this.name = "ApiError";
    this.next = next;
    this.status = status;
  }
}

/**
 * @param {(path: string, init: RequestInit) => Promise<Response>} ask
 */
export function createApi(ask) {
  /**
   * @param {string} path
   * @param {Record<string, string | number | undefined>} [parameters]
   * @param {AbortSignal} [signal]
   */
  async function get(path, parameters = {}, signal) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) query.set(name, String(value));
    }
    const url = query.size > 0 ? `${path}?${query}` : path;
    const response = await ask(url, signal ? { signal } : {});
    const body = await response.json().catch(() => ({}));
    if (response.ok) return body;
    const message = body.error ?? `the server answered ${response.status}`;
    throw new ApiError(message, body.next, response.status);
  }

  return {
    /**
     * @param {string | undefined} at A snapshot or a time.
     * @param {AbortSignal} [signal]
     * @returns {Promise<Prices>}
     */
    prices(at, signal) {
      return get("/api/prices", { at }, signal);
    },

    /**
     * @param {{ coin: string, interval: Interval, limit: number, at?: string | undefined }} query
     * @param {AbortSignal} [signal]
     * @returns {Promise<Candles>}
     */
    candles(query, signal) {
      return get("/api/candles", query, signal);
    },

    /** @returns {Promise<Chain>} */
    chain() {
      return get("/api/chain");
    },

    /** @returns {Promise<Snapshots>} */
    snapshots() {
      return get("/api/snapshots", { limit: 1 });
    },
  };
}

/** @typedef {ReturnType<typeof createApi>} Api */
