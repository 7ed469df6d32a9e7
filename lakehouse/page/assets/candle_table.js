// The same numbers as in the chart, newest first.

import { create } from "./dom.js";

const columns = /** @type {const} */ (["open", "high", "low", "close"]);

/**
 * @param {HTMLTableSectionElement} body
 * @param {readonly import("./api.js").Candle[]} candles
 * @param {{ format: import("./format.js").Format, interval: string }} options
 */
export function fillCandleTable(body, candles, { format, interval }) {
  const rows = candles.toReversed().map((candle) =>
    create("tr", {}, [
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
    ])
  );
  body.replaceChildren(...rows);
}
