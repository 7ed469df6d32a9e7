// @ts-check
// The server's events, with an end to every silence: a connection that breaks
// is opened again, and its listener learns of both.

/** @typedef {import("./api.js").Coin} Coin */
/** @typedef {import("./api.js").Chain} Chain */

/**
 * What has changed since the last message.
 *
 * @typedef {object} News
 * @property {boolean} [isConnected] If that has changed.
 * @property {number} [version] The newest snapshot.
 * @property {Coin[]} [coins] The newest row of each coin that changed.
 * @property {Chain} [chain]
 */

/**
 * @typedef {object} Source A part of EventSource.
 * @property {(name: string, listener: (event: { data?: string }) => void) => void} addEventListener
 * @property {() => void} close
 */

const delaysMs = [500, 1_000, 2_000, 3_000];

/**
 * Follows the server's events.
 *
 * @param {(news: News) => void} onNews
 * @param {{
 *   open: () => Source,
 *   setTimer: (callback: () => void, ms: number) => unknown,
 *   clearTimer: (timer: any) => void,
 * }} effects
 */
export function createFeed(onNews, { open, setTimer, clearTimer }) {
  /** @type {Source | undefined} */
  let source;
  /** @type {unknown} */
  let timer;
  let failures = 0;

  function connect() {
    timer = undefined;
    const opened = open();
    source = opened;
    /**
     * @param {string} name
     * @param {(body: any) => News} toNews
     */
    const on = (name, toNews) =>
      opened.addEventListener(name, ({ data = "{}" }) => {
        if (source === opened) onNews(toNews(JSON.parse(data)));
      });
    on("hello", ({ version }) => {
      failures = 0;
      return { isConnected: true, version };
    });
    on("commit", ({ version, coins }) => ({ version, coins }));
    on("chain", (chain) => ({ chain }));
    opened.addEventListener("error", () => {
      if (source !== opened) return;
      // The browser itself would give up after an answer such as 503.
      opened.close();
      source = undefined;
      const delay = delaysMs[Math.min(failures, delaysMs.length - 1)] ?? 0;
      failures++;
      timer = setTimer(connect, delay);
      onNews({ isConnected: false });
    });
  }

  function close() {
    source?.close();
    source = undefined;
    if (timer !== undefined) clearTimer(timer);
    timer = undefined;
  }

  connect();
  return {
    close,
    /** Opens a new connection now, whatever the old one seems to be. */
    restart() {
      close();
      failures = 0;
      connect();
    },
  };
}

/**
 * Two pieces of news as one; of each coin the newest row is left.
 *
 * @param {News | undefined} older
 * @param {News} newer
 * @returns {News}
 */
export function mergeNews(older, newer) {
  if (older === undefined) return newer;
  const merged = { ...older, ...newer };
  if (older.coins === undefined || newer.coins === undefined) return merged;
  const rows = new Map(older.coins.map((row) => [row.coin, row]));
  for (const row of newer.coins) rows.set(row.coin, row);
  return { ...merged, coins: [...rows.values()] };
}
