// The same numbers as in the chart, newest first.

import { create } from "./dom.js";

const columns = /** @type {const} */ (["open", "high", "low", "close"]);

/**
 * Makes the rows; one whose candle has not changed stays as it is.
 *
 * @param {HTMLTableSectionElement} body
 * @param {readonly import("./api.js").Candle[]} candles
 * @param {{ format: import("./format.js").Format, interval: string }} options
 */
export function fillCandleTable(body, candles, { format, interval }) {
  const before = /** @type {any[]} */ (Array.from(body.children));
  const known = new Map(before.map((row) => [row.dataset.candle, row]));
  /** @param {import("./api.js").Candle} candle */
  function rowOf(candle) {
    const key = JSON.stringify([interval, candle]);
    return known.get(key) ?? create("tr", { "data-candle": key }, [
      create("th", { scope: "row" }, [
        interval === "day"
          ? format.longDay(candle.start)
          : format.shortStart(candle.start),
        ...(candle.isFinal ? [] : [create("em", {}, [" so far"])]),
      ]),
      ...columns.map((name) =>
        create("td", { class: "number" }, [format.price(candle[name])])
      ),
      create("td", { class: "number" }, [format.count(candle.ticks)]),
    ]);
  }
  const rows = candles.toReversed().map(rowOf);
  const kept = new Set(rows);
  for (const row of before) if (!kept.has(row)) row.remove();
  rows.forEach((row, at) => {
    if (body.children[at] !== row) {
      body.insertBefore(row, body.children[at] ?? null);
    }
  });
}
