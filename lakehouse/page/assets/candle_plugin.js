// uPlot draws lines; these are candles. A rising one is hollow and a falling
// one filled, so that the colour is not needed to tell them apart.

/**
 * Draws the candles of series 1 to 4: open, high, low, close.
 *
 * @param {any} plot
 * @param {Record<"up" | "down" | "surface", string>} colours
 */
export function drawCandles(plot, colours) {
  const [times, opens, highs, lows, closes] = plot.data;
  const { ctx, bbox } = plot;
  const [first, last] = plot.series[0].idxs ?? [0, -1];
  const ratio = globalThis.devicePixelRatio || 1;
  /** @param {number} time */
  const x = (time) => plot.valToPos(time, "x", true);
  /** @param {number} price */
  const y = (price) => plot.valToPos(price, "y", true);
  const gap = times.length > 1
    ? Math.min(
      ...times.slice(1).map((
        /** @type {number} */ time,
        /** @type {number} */ at,
      ) => time - times[at]),
    )
    : Infinity;
  const step = Number.isFinite(gap) ? x(times[0] + gap) - x(times[0]) : 24;
  const width = Math.max(ratio, Math.min(14 * ratio, Math.floor(step * 0.68)));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = Math.max(1, Math.round(ratio));
  for (let at = first; at <= last; at++) {
    const isRising = closes[at] >= opens[at];
    const centre = Math.round(x(times[at])) + ctx.lineWidth % 2 / 2;
    const top = Math.round(y(Math.max(opens[at], closes[at])));
    const bottom = Math.max(
      top + ctx.lineWidth,
      Math.round(y(Math.min(opens[at], closes[at]))),
    );
    ctx.strokeStyle = isRising ? colours.up : colours.down;
    // Too narrow to be hollow: the colour is left.
    const isHollow = isRising && width > 3 * ctx.lineWidth;
    ctx.fillStyle = isHollow ? colours.surface : ctx.strokeStyle;
    ctx.beginPath();
    ctx.moveTo(centre, y(highs[at]));
    ctx.lineTo(centre, y(lows[at]));
    ctx.stroke();
    const left = Math.round(centre - width / 2);
    ctx.fillRect(left, top, width, bottom - top);
    if (isHollow) {
      const inset = ctx.lineWidth / 2;
      ctx.strokeRect(
        left + inset,
        top + inset,
        width - 2 * inset,
        Math.max(0, bottom - top - 2 * inset),
      );
    }
  }
  ctx.restore();
}
