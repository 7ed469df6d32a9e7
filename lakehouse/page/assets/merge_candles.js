// @ts-check
// Candles as they go on.

/** @typedef {import("./api.js").Candle} Candle */

/** Candles that are kept. */
export const limit = 240;

/**
 * @param {readonly Candle[]} older
 * @param {readonly Candle[]} newer
 * @returns {Candle[]} Each start once, with its newest values.
 */
export function mergeCandles(older, newer) {
  const byStart = new Map(older.map((candle) => [candle.start, candle]));
  for (const candle of newer) byStart.set(candle.start, candle);
  return [...byStart.values()]
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start)).slice(-limit);
}
