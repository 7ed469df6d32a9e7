// The chart of the candles, by uPlot.

import { drawCandles } from "./candle_plugin.js";
import { zoomed } from "./zoom.js";

/** Candles that are shown at first. */
const firstShown = 84;

/** The colours of the theme that is in force. */
function themeColours() {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    up: of("up"),
    down: of("down"),
    surface: of("surface"),
    muted: of("muted"),
    line: of("line"),
  };
}

/** @param {readonly import("./api.js").Candle[]} candles */
function columns(candles) {
  return [
    candles.map(({ start }) => Date.parse(start) / 1_000),
    // Positions of pixels need no more digits than a double has; whatever is
    // read as text comes from the candles themselves.
    candles.map(({ open }) => Number(open)),
    candles.map(({ high }) => Number(high)),
    candles.map(({ low }) => Number(low)),
    candles.map(({ close }) => Number(close)),
  ];
}

/**
 * @param {any} uPlot
 * @param {HTMLElement} place
 * @param {{
 *   format: import("./format.js").Format,
 *   onPoint: (at: number | undefined) => void,
 * }} options
 */
export function createCandleChart(uPlot, place, { format, onPoint }) {
  let colours = themeColours();
  let step = 3_600;
  let count = 0;
  let all = { min: 0, max: 1 };
  let isZoomed = false;

  /** @param {number} increment */
  const digitsOf = (increment) =>
    Math.max(0, Math.min(18, Math.ceil(-Math.log10(increment) - 1e-9)));

  const stroke = () => colours.muted;
  const grid = { stroke: () => colours.line, width: 1 };
  const axis = {
    stroke,
    grid,
    ticks: { ...grid, size: 4 },
    font: "12px system-ui, sans-serif",
  };
  const noPath = () => null;
  const series = ["open", "high", "low", "close"].map((label) => ({
    label,
    paths: noPath,
    points: { show: false },
  }));

  const plot = new uPlot(
    {
      width: place.clientWidth || 600,
      height: place.clientHeight || 320,
      tzDate: (/** @type {number} */ time) =>
        uPlot.tzDate(new Date(time * 1_000), "Etc/UTC"),
      legend: { show: false },
      cursor: {
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
      },
      scales: {
        x: { time: true },
        y: {
          range(
            /** @type {any} */ _,
            /** @type {number} */ low,
            /** @type {number} */ high,
          ) {
            const room = (high - low || Math.abs(high) || 1) * 0.06;
            return [low - room, high + room];
          },
        },
      },
      series: [{}, ...series],
      axes: [{
        ...axis,
        size: 32,
        space: 70,
        values: (/** @type {any} */ _, /** @type {number[]} */ splits) =>
          splits.map((time) =>
            time % 86_400 === 0
              ? format.day(time * 1_000)
              : format.hour(time * 1_000)
          ),
      }, {
        ...axis,
        side: 1,
        size: (/** @type {any} */ _, /** @type {string[]} */ values) =>
          14 + 7.2 * Math.max(4, ...(values ?? []).map((it) => it.length)),
        values: (
          /** @type {any} */ _,
          /** @type {number[]} */ splits,
          /** @type {number} */ _axis,
          /** @type {number} */ _space,
          /** @type {number} */ increment,
        ) => splits.map((value) => format.axis(value, digitsOf(increment))),
      }],
      hooks: {
        draw: [(/** @type {any} */ it) => drawCandles(it, colours)],
        setCursor: [
          (/** @type {any} */ it) => onPoint(it.cursor.idx ?? undefined),
        ],
        setSelect: [(/** @type {any} */ it) => {
          const { left, width } = it.select;
          if (width < 4) return;
          show({
            min: it.posToVal(left, "x"),
            max: it.posToVal(left + width, "x"),
          });
          it.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        }],
      },
    },
    columns([]),
    place,
  );

  /** @param {{ min: number, max: number }} range */
  function show(range) {
    isZoomed = range.max - range.min < all.max - all.min - 1;
    plot.setScale("x", range);
  }

  /**
   * Where the newest candle was in sight, it stays so when one more comes.
   *
   * @param {{ min: number, max: number }} range
   * @param {number} before The end until now.
   */
  function follow({ min, max }, before) {
    const isAtEnd = max >= before - step / 2;
    return isAtEnd ? { min: min + all.max - max, max: all.max } : { min, max };
  }

  /** @param {number} factor @param {number} [around] */
  function zoom(factor, around) {
    const { min, max } = plot.scales.x;
    if (count === 0) return;
    const middle = around ?? (min + max) / 2;
    show(
      zoomed({ min, max }, all, { factor, around: middle, least: step * 6 }),
    );
  }

  plot.over.addEventListener("dblclick", () => show(all));
  plot.over.addEventListener("wheel", (/** @type {WheelEvent} */ event) => {
    // A wheel that was meant for the page keeps scrolling the page.
    const isMeant = event.ctrlKey || event.metaKey ||
      place.contains(document.activeElement);
    if (!isMeant) return;
    event.preventDefault();
    const { left } = plot.over.getBoundingClientRect();
    zoom(
      event.deltaY > 0 ? 1.2 : 1 / 1.2,
      plot.posToVal(event.clientX - left, "x"),
    );
  }, { passive: false });

  new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = place;
    if (width > 0 && height > 0) plot.setSize({ width, height });
  }).observe(place);

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    colours = themeColours();
    plot.redraw(false, true);
  });

  return {
    /**
     * @param {readonly import("./api.js").Candle[]} candles
     * @param {number} seconds The length of one.
     * @param {boolean} isOther Whether it is another chart, to be shown whole.
     */
    draw(candles, seconds, isOther) {
      step = seconds;
      count = candles.length;
      const data = columns(candles);
      const times = data[0] ?? [];
      const first = times[0] ?? Date.now() / 1_000;
      const before = all.max;
      all = {
        min: first - step * 0.7,
        max: (times.at(-1) ?? first) + step * 0.7,
      };
      // A few candles keep a candle's width.
      all.min = Math.min(all.min, all.max - step * 24);
      const { min, max } = plot.scales.x;
      plot.setData(data, false);
      if (isOther) {
        const from = Math.max(all.min, all.max - step * firstShown);
        show({ min: from, max: all.max });
      } else show(isZoomed ? follow({ min, max }, before) : all);
    },
    /** @param {number} factor */
    zoom: (factor) => zoom(factor),
    whole: () => show(all),
    /**
     * Puts the crosshair on a candle.
     *
     * @param {number} at
     */
    point(at) {
      const [times, , , , closes] = plot.data;
      if (times[at] === undefined) return;
      const { min, max } = plot.scales.x;
      if (times[at] < min || times[at] > max) {
        const half = (max - min) / 2;
        show({ min: times[at] - half, max: times[at] + half });
      }
      plot.setCursor({
        left: plot.valToPos(times[at], "x"),
        top: plot.valToPos(closes[at], "y"),
      });
    },
  };
}
