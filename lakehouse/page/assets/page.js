// The page: what the server says, joined with what the reader has chosen.

import { createAnnouncer } from "./announce.js";
import { createApi } from "./api.js";
import { createCandlePanel } from "./candle_panel.js";
import { createChain } from "./chain.js";
import { byId, setText } from "./dom.js";
import { createFormat, duration } from "./format.js";
import { followServer } from "./live.js";
import { createNotice } from "./notice.js";
import { createPriceTable } from "./prices.js";
import { createRejects } from "./rejects.js";
import { pageState } from "./states.js";
import { createTimeTravel } from "./time_travel.js";

// Every module is there.
document.documentElement.dataset.started = "";

const reloadMs = 300_000;
const asleepMs = 30_000;
const behindMs = 500;
const retryMs = 3_000;

const format = createFormat(navigator.language);
const api = createApi((path, init) => globalThis.fetch(path, init));
const say = createAnnouncer(byId("said"));
const showNotice = createNotice(say);
const showChain = createChain(format);
const showRejects = createRejects(format);

const query = new URLSearchParams(location.search);
const chosen = {
  /** @type {string | undefined} */
  coin: query.get("coin") ?? undefined,
  interval: query.get("interval") === "day" ? "day" : "hour",
  /** @type {string | undefined} */
  at: query.get("at") ?? undefined,
};

/** @type {import("./states.js").Facts} */
const facts = {
  lostMs: undefined,
  chain: undefined,
  prices: undefined,
  error: undefined,
  ageMs: undefined,
  isPast: false,
};
/** The server's clock minus this one. */
let offsetMs = 0;
let loadedMs = 0;
let triedMs = 0;
let isKnown = false;
/** @type {number | undefined} */
let heardVersion;
/** @type {AbortController | undefined} */
let loading;

const table = createPriceTable(byId("price-rows"), {
  format,
  onSelect: select,
});
const panel = createCandlePanel({
  api,
  format,
  say,
  onInterval(interval) {
    chosen.interval = interval;
    keepAddress();
    showCandles();
  },
});
const travel = createTimeTravel({
  api,
  format,
  onTravel(at) {
    if (at === chosen.at) return;
    chosen.at = at;
    keepAddress();
    loadPrices().then(() => {
      showCandles();
      say(
        at === undefined
          ? "Live prices again"
          : byId("travel-text").textContent,
      );
    });
  },
});

/** So that a reload and a bookmark show the same again. */
function keepAddress() {
  const { coin, interval, at } = chosen;
  const address = new URLSearchParams();
  if (coin !== undefined) address.set("coin", coin);
  if (interval === "day") address.set("interval", interval);
  if (at !== undefined) address.set("at", at);
  const text = String(address);
  const url = text ? `?${text}` : location.pathname;
  history.replaceState(history.state, "", url);
}

function showCandles() {
  const { coin = table.first(), at } = chosen;
  byId("candles").dataset.some = String(coin !== undefined);
  if (coin === undefined) return Promise.resolve();
  table.select(coin);
  const interval = chosen.interval === "day" ? "day" : "hour";
  return panel.show({ coin, interval, at });
}

/** @param {string} coin */
function select(coin) {
  chosen.coin = coin;
  keepAddress();
  const row = table.row(coin);
  if (row !== undefined) {
    say(`${coin}, ${format.price(row.price)} US dollars`);
  }
  showCandles();
}

function showState() {
  const now = Date.now();
  const { chain } = facts;
  const freshness = chain?.lake.freshnessSeconds ?? undefined;
  facts.ageMs = chain === undefined || freshness === undefined
    ? undefined
    : freshness * 1_000 + Math.max(0, now + offsetMs - Date.parse(chain.at));
  facts.isPast = chosen.at !== undefined;
  showNotice(pageState(facts, now));
  setText(
    byId("age"),
    facts.ageMs === undefined || chosen.at !== undefined
      ? ""
      : `newest record ${duration(facts.ageMs)} old`,
  );
}

/** @param {import("./api.js").Chain} chain */
function takeChain(chain) {
  facts.chain = chain;
  offsetMs = Date.parse(chain.at) - Date.now();
  showChain(chain);
  showRejects(chain.rejects);
}

async function loadPrices() {
  triedMs = Date.now();
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  const { at } = chosen;
  try {
    const prices = await api.prices(at, signal);
    if (signal.aborted) return;
    facts.prices = prices;
    facts.error = undefined;
    loadedMs = Date.now();
    table.replace(prices.coins);
    byId("prices").setAttribute("aria-busy", "false");
    byId("no-prices").hidden = prices.coins.length > 0;
    if (at === undefined) travel.newest(prices.version);
    travel.show(at, prices);
    // A commit may have come between the question and its answer.
    if (isBehind(heardVersion)) {
      setTimeout(() => !signal.aborted && loadPrices(), behindMs);
    }
  } catch (error) {
    if (signal.aborted) return;
    // Without a status the server itself is gone, which the feed notices.
    const { status } = /** @type {any} */ (error);
    if (status !== undefined) facts.error = /** @type {any} */ (error);
    byId("prices").setAttribute("aria-busy", "false");
    if (at !== undefined && (status === 400 || status === 404)) {
      table.replace([]);
      travel.show(at, undefined);
    }
  }
  showState();
}

async function loadAll() {
  const chain = api.chain().then(takeChain, () => {});
  await Promise.all([loadPrices(), travel.load()]);
  await chain;
  showState();
  await showCandles();
}

/**
 * Whether the live prices on the page are older than a snapshot.
 *
 * @param {number | undefined} version
 */
function isBehind(version) {
  const { prices } = facts;
  return chosen.at === undefined && prices !== undefined &&
    prices.version < (version ?? 0);
}

/** @param {import("./feed.js").News} news */
function takeNews({ isConnected, version, coins, chain }) {
  heardVersion = version ?? heardVersion;
  if (chain !== undefined) takeChain(chain);
  if (isConnected === false) facts.lostMs ??= Date.now();
  if (isConnected === true) {
    facts.lostMs = undefined;
    // Another lake may have its place by now; the first time it is asked for
    // anyway, but perhaps before a commit that this connection did not hear of.
    if (isKnown) loadAll();
    else if (isBehind(version)) loadPrices();
    isKnown = true;
  }
  if (version !== undefined) travel.newest(version);
  if (coins !== undefined && chosen.at === undefined) takeCoins(coins);
  showState();
}

/** @param {import("./api.js").Coin[]} rows */
function takeCoins(rows) {
  if (facts.prices === undefined || heardVersion === undefined) return;
  const coins = new Map(facts.prices.coins.map((row) => [row.coin, row]));
  for (const row of rows) {
    coins.set(row.coin, { ...coins.get(row.coin), ...row });
  }
  facts.prices = {
    ...facts.prices,
    version: heardVersion,
    coins: [...coins.values()],
  };
  byId("no-prices").hidden = coins.size > 0;
  table.update(rows);
  // The lines of the last hours get their older points from the server.
  if (Date.now() - loadedMs > reloadMs) loadPrices();
  if (byId("candles").dataset.some === "true") panel.refresh();
  else showCandles();
}

// A hidden tab gets no frame: what comes meanwhile is taken at once later.
const server = followServer((news, taken) =>
  requestAnimationFrame(() => {
    takeNews(news);
    taken();
  })
);

let awakeMs = Date.now();
setInterval(() => {
  const now = Date.now();
  // Timers of a tab that slept, or of a machine that did, come late.
  if (now - awakeMs > asleepMs && !document.hidden) server.restart();
  awakeMs = now;
  // No event says that the lake can be read again.
  const isRetried = (facts.error?.status ?? 0) >= 500;
  if (isRetried && !document.hidden && now - triedMs > retryMs) loadAll();
  if (!document.hidden) showState();
}, 1_000);
document.addEventListener("resume", () => server.restart());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) showState();
});

loadAll();
