// @ts-check
// Numbers and times for people, in the reader's own notation.

import { fractionDigits, isDecimal } from "./decimal.js";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** @type {readonly (readonly [number, string])[]} */
const units = [
  [day, "day"],
  [hour, "hour"],
  [minute, "minute"],
  [second, "second"],
];

/**
 * A duration in words, in its largest unit: `3 minutes`.
 *
 * @param {number} ms
 * @returns {string}
 */
export function duration(ms) {
  const [size, name] = units.find(([unit]) => ms >= unit) ?? [second, "second"];
  const count = Math.max(0, Math.floor(ms / size));
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/**
 * Intl takes decimals as text and keeps each digit; its declared type knows
 * literals only.
 *
 * @param {string} text
 * @returns {Intl.StringNumericLiteral}
 */
function numeric(text) {
  return /** @type {Intl.StringNumericLiteral} */ (text);
}

/**
 * The formats of one locale.
 *
 * @param {string | undefined} locale As in the browser's settings.
 */
export function createFormat(locale) {
  /** @type {Map<number, Intl.NumberFormat>} */
  const byDigits = new Map();
  const percents = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "percent",
    signDisplay: "exceptZero",
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const compacts = new Intl.NumberFormat(locale, {
    notation: "compact",
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const bytes = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  /** @param {Intl.DateTimeFormatOptions} options */
  const dates = (options) =>
    new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
  const moments = dates({ dateStyle: "medium", timeStyle: "medium" });
  const starts = dates({ dateStyle: "medium", timeStyle: "short" });
  const shortStarts = dates({
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
  });
  const clock = dates({ timeStyle: "medium" });
  const hours = dates({ hour: "numeric", minute: "2-digit" });
  const days = dates({ day: "numeric", month: "short" });
  const longDays = dates({ dateStyle: "medium" });

  /**
   * @param {string} text
   * @param {number} digits
   */
  function fixed(text, digits) {
    let format = byDigits.get(digits);
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      byDigits.set(digits, format);
    }
    return format.format(numeric(text));
  }

  /** @param {string} text */
  function exact(text) {
    return isDecimal(text) ? fixed(text, fractionDigits(text)) : text;
  }

  return {
    /** A decimal with all of its digits, grouped. */
    exact,

    /**
     * A price with all of its digits, two at least.
     *
     * @param {string} text
     */
    price(text) {
      return isDecimal(text)
        ? fixed(text, Math.max(2, fractionDigits(text)))
        : text;
    },

    /** @param {string} text In percent. */
    percent(text) {
      return percents.format(numeric(text));
    },

    /** @param {string} text */
    compact(text) {
      return isDecimal(text) ? compacts.format(numeric(text)) : text;
    },

    /** @param {number} count */
    count(count) {
      return exact(String(count));
    },

    /**
     * A number of a chart's axis.
     *
     * @param {number} value
     * @param {number} digits After the point.
     */
    axis(value, digits) {
      return fixed(value.toFixed(digits), digits);
    },

    /** @param {number} count */
    bytes(count) {
      const names = ["B", "kB", "MB", "GB", "TB"];
      let [value, at] = [count, 0];
      while (value >= 1_000 && at < names.length - 1) {
        value /= 1_000;
        at++;
      }
      return `${bytes.format(value)} ${names[at]}`;
    },

    /** @param {string | number} time */
    moment(time) {
      return `${moments.format(new Date(time))} UTC`;
    },

    /** @param {string | number} time */
    start(time) {
      return starts.format(new Date(time));
    },

    /** @param {string | number} time */
    shortStart(time) {
      return shortStarts.format(new Date(time));
    },

    /** @param {string | number} time */
    clock(time) {
      return clock.format(new Date(time));
    },

    /** @param {string | number} time */
    hour(time) {
      return hours.format(new Date(time));
    },

    /** @param {string | number} time */
    day(time) {
      return days.format(new Date(time));
    },

    /** @param {string | number} time */
    longDay(time) {
      return longDays.format(new Date(time));
    },
  };
}

/** @typedef {ReturnType<typeof createFormat>} Format */
