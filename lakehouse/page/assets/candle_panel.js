// One coin's candles: chart or table, by the hour or the day.

import { byId, create, setAttribute, setText } from "./dom.js";
import { fillCandleTable } from "./candle_table.js";
import { limit, mergeCandles } from "./merge_candles.js";

/** @typedef {import("./api.js").Candle} Candle */

const pauseMs = 1_000;
const seconds = { hour: 3_600, day: 86_400 };

/** @returns {Promise<void>} */
function loadStyle() {
  return new Promise((resolve, reject) => {
    const link = create("link", {
      rel: "stylesheet",
      href: "/assets/chart.css",
    });
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", reject);
    document.head.prepend(link);
  });
}

async function loadChart() {
  // Loaded after the first picture of the page, which needs none of it.
  const [{ createCandleChart }, library] = await Promise.all([
    import("./candle_chart.js"),
    import("/assets/chart.js"),
    loadStyle(),
  ]);
  return (/** @type {HTMLElement} */ place, /** @type {any} */ options) =>
    createCandleChart(library.default, place, options);
}

/**
 * @param {{
 *   api: import("./api.js").Api,
 *   format: import("./format.js").Format,
 *   onInterval: (interval: "hour" | "day") => void,
 *   say: (text: string) => void,
 * }} options
 */
export function createCandlePanel({ api, format, onInterval, say }) {
  const place = byId("plot");
  const readout = byId("readout");
  const note = byId("candle-note");
  const table = byId("candle-table");
  const body = byId("candle-rows");
  /** @type {ReturnType<typeof import("./candle_chart.js").createCandleChart> | undefined} */
  let chart;
  /** @type {ReturnType<typeof loadChart> | undefined} */
  let loading;
  /** @type {{ coin: string, interval: "hour" | "day", at: string | undefined } | undefined} */
  let shown;
  /** @type {Candle[]} */
  let candles = [];
  let view = "chart";
  let pointed = -1;
  let spoken = "";
  /** @type {AbortController | undefined} */
  let request;
  let isRefreshing = false;
  let isAskedAgain = false;

  /** @param {number | undefined} at */
  function read(at) {
    pointed = at ?? -1;
    const candle = candles[at ?? candles.length - 1];
    if (candle === undefined || shown === undefined) {
      setText(readout, "");
      return;
    }
    const { open, high, low, close, ticks, start, isFinal } = candle;
    const when = shown.interval === "day"
      ? format.longDay(start)
      : format.shortStart(start);
    /** @type {[string, string][]} */
    const parts = [
      ["", isFinal ? when : `${when}, so far`],
      ["open", format.price(open)],
      ["high", format.price(high)],
      ["low", format.price(low)],
      ["close", format.price(close)],
      ["ticks", format.count(ticks)],
    ];
    if (readout.children.length === 0) {
      readout.append(...parts.map(([name]) =>
        create("span", {}, [
          create("abbr", { title: name }, [
            name === "ticks" ? name : name.slice(0, 1).toUpperCase(),
          ]),
          create("span"),
        ])
      ));
    }
    parts.forEach(([, value], index) => {
      setText(readout.children[index].children[1], value);
    });
    spoken = parts.map((part) => part.join(" ")).join(", ");
  }

  /** @param {boolean} isOther */
  async function draw(isOther) {
    if (shown === undefined) return;
    const { coin, interval } = shown;
    setText(note, candles.length === 0 ? "No candle yet." : "");
    note.hidden = candles.length > 0;
    if (view === "table") {
      fillCandleTable(body, candles, { format, interval });
    }
    const first = candles[0];
    const last = candles.at(-1);
    setAttribute(
      place,
      "aria-label",
      first && last
        ? `Candles of ${coin} by the ${interval}, ${candles.length} of them. ` +
          `The last one closed at ${format.price(last.close)} US dollars. ` +
          "Left and right arrow read them one by one; the table has the same numbers."
        : `No candle of ${coin} yet`,
    );
    if (chart === undefined) {
      loading ??= loadChart();
      const createChart = await loading.catch(() => undefined);
      if (createChart === undefined) {
        note.hidden = false;
        setText(
          note,
          "The chart did not arrive. Next: reload, or choose Table.",
        );
        // boot.js waits for the server and reloads, a limited number of times.
        document.dispatchEvent(new Event("lost-part"));
      } else if (chart === undefined) {
        chart = createChart(place, { format, onPoint: read });
        // The last part is there: boot.js counts from none again.
        history.replaceState(null, "");
      }
      isOther = true;
    }
    chart?.draw(candles, seconds[interval], isOther);
    if (pointed < 0 || isOther) read(undefined);
    else read(pointed);
  }

  /** Asks for the newest candles, at most once a second. */
  async function refresh() {
    if (shown === undefined || shown.at !== undefined) return;
    if (isRefreshing) {
      isAskedAgain = true;
      return;
    }
    isRefreshing = true;
    const { coin, interval } = shown;
    const answer = await api.candles({ coin, interval, limit: 2 })
      .catch(() => undefined);
    const isSame = shown?.coin === coin && shown.interval === interval &&
      shown.at === undefined;
    if (answer !== undefined && isSame) {
      candles = mergeCandles(candles, answer.candles);
      await draw(false);
    }
    setTimeout(() => {
      isRefreshing = false;
      const again = isAskedAgain;
      isAskedAgain = false;
      if (again) refresh();
    }, pauseMs);
  }

  /** @param {"chart" | "table"} name */
  function choose(name) {
    view = name;
    place.hidden = name !== "chart";
    byId("zoom").hidden = name !== "chart";
    table.hidden = name !== "table";
    draw(false);
  }

  byId("view").addEventListener(
    "change",
    (/** @type {any} */ { target }) => choose(target.value),
  );
  byId("interval").addEventListener(
    "change",
    (/** @type {any} */ { target }) => onInterval(target.value),
  );
  byId("zoom-in").addEventListener("click", () => chart?.zoom(1 / 1.5));
  byId("zoom-out").addEventListener("click", () => chart?.zoom(1.5));
  byId("zoom-all").addEventListener("click", () => chart?.whole());
  place.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const last = candles.length - 1;
    const from = pointed < 0 ? last + 1 : pointed;
    const to = {
      ArrowLeft: Math.max(0, from - 1),
      ArrowRight: Math.min(last, from + 1),
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined) {
      chart?.point(to);
      read(to);
      say(spoken);
    } else if (event.key === "+") chart?.zoom(1 / 1.5);
    else if (event.key === "-") chart?.zoom(1.5);
    else if (event.key === "0") chart?.whole();
    else return;
    event.preventDefault();
  });

  return {
    /** @param {{ coin: string, interval: "hour" | "day", at: string | undefined }} query */
    async show(query) {
      const isOther = query.coin !== shown?.coin ||
        query.interval !== shown?.interval;
      shown = query;
      setText(byId("candle-coin"), query.coin);
      byId("candle-coin").title = query.coin;
      byId(`interval-${query.interval}`).checked = true;
      request?.abort();
      request = new AbortController();
      const { signal } = request;
      try {
        const answer = await api.candles({ ...query, limit }, signal);
        if (signal.aborted) return;
        candles = answer.candles;
        await draw(isOther);
      } catch (error) {
        if (signal.aborted) return;
        candles = [];
        await draw(isOther);
        const { message, next, status } = /** @type {any} */ (error);
        note.hidden = false;
        setText(
          note,
          status === undefined
            ? "The page's server does not answer."
            : next
            ? `${message}. Next: ${next}`
            : message,
        );
      }
    },
    refresh,
  };
}
