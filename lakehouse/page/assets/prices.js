// The table of prices: a row is made once, then only its changed cells change.

import { compareDecimals } from "./decimal.js";
import { create, setAttribute, setText } from "./dom.js";
import { withNewest } from "./spark_path.js";
import { createSparkline, drawSparkline } from "./sparkline.js";

/** @typedef {import("./api.js").Coin} Coin */

const dash = "–";

/** @param {string | null} change */
function direction(change) {
  const sign = change === null ? 0 : compareDecimals(change, "0");
  return sign > 0 ? "up" : sign < 0 ? "down" : "flat";
}

const arrows = { up: "▲", down: "▼", flat: "" };

/**
 * A row of the table.
 *
 * @param {string} coin
 * @param {import("./format.js").Format} format
 */
function createRow(coin, format) {
  const button = create("button", {
    type: "button",
    class: "coin",
    title: coin,
    "aria-pressed": "false",
  }, [coin]);
  const price = create("td", { class: "number price" });
  const value = create("span", { class: "value" });
  price.append(value);
  const arrow = create("span", { class: "arrow", "aria-hidden": "true" });
  const percent = create("span");
  const change = create("td", { class: "number change" }, [arrow, percent]);
  const cap = create("td", { class: "number cap" });
  const volume = create("td", { class: "number volume" });
  const seen = create("td", { class: "number seen" });
  const spark = createSparkline();
  const element = create("tr", { "data-coin": coin }, [
    create("th", { scope: "row" }, [button]),
    price,
    change,
    create("td", { class: "spark-cell" }, [spark]),
    cap,
    volume,
    seen,
  ]);
  /** @type {[string, string][]} */
  let served = [];

  /** @param {string} before @param {string} after */
  function flash(before, after) {
    const way = compareDecimals(after, before);
    if (before === "" || way === 0) return;
    value.animate?.(
      [{ color: `var(--${way > 0 ? "up" : "down"})` }, {}],
      { duration: 1_200, easing: "ease-out" },
    );
  }
  let shown = "";

  return {
    element,
    button,
    /** @type {Coin | undefined} */
    coin: undefined,
    /** @param {Coin} row */
    show(row) {
      this.coin = row;
      if (row.price !== shown) {
        setText(value, format.price(row.price));
        if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
          flash(shown, row.price);
        }
        shown = row.price;
      }
      const way = direction(row.change24h);
      setText(arrow, arrows[way]);
      setText(
        percent,
        row.change24h === null ? dash : format.percent(row.change24h),
      );
      setAttribute(change, "data-way", way);
      for (
        const [cell, text] of /** @type {[Element, string | null][]} */ ([
          [cap, row.marketCap],
          [volume, row.volume24h],
        ])
      ) {
        setText(cell, text === null ? dash : format.compact(text));
        setAttribute(cell, "title", text === null ? null : format.exact(text));
      }
      if (setText(seen, format.clock(row.observedAt))) {
        seen.title = format.moment(row.observedAt);
      }
      served = row.spark ?? served;
      drawSparkline(spark, withNewest(served, [row.observedAt, row.price]));
    },
  };
}

/**
 * @param {HTMLTableSectionElement} body
 * @param {{ format: import("./format.js").Format, onSelect: (coin: string) => void }} options
 */
export function createPriceTable(body, { format, onSelect }) {
  /** @type {Map<string, ReturnType<typeof createRow>>} */
  const rows = new Map();
  /** @type {string | undefined} */
  let selected;

  /** @returns {any[]} */
  function buttons() {
    return Array.from(body.querySelectorAll("button.coin"));
  }

  body.addEventListener("click", ({ target }) => {
    const row = /** @type {any} */ (target).closest("tr[data-coin]");
    if (row !== null) onSelect(row.dataset.coin);
  });
  body.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.indexOf(/** @type {any} */ (event.target));
    if (at < 0) return;
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
  });
  // One stop of the Tab key for the whole table.
  body.addEventListener("focusin", ({ target }) => {
    for (const it of buttons()) {
      setAttribute(it, "tabindex", it === target ? "0" : "-1");
    }
  });

  /**
   * @param {number} at
   * @returns {string | undefined}
   */
  function coinAt(at) {
    return /** @type {any} */ (body.children[at])?.dataset.coin;
  }

  /** @param {readonly string[]} order */
  function arrange(order) {
    const same = body.children.length === order.length &&
      order.every((coin, at) => coinAt(at) === coin);
    if (same) return;
    const activeElement = /** @type {any} */ (document.activeElement);
    body.replaceChildren(
      ...order.flatMap((coin) => rows.get(coin)?.element ?? []),
    );
    if (activeElement !== document.activeElement) activeElement?.focus();
  }

  function mark() {
    const all = buttons();
    const stop = all.find((it) => it.tabIndex === 0 && it.title === selected) ??
      all.find((it) => it.title === selected) ?? all[0];
    for (const { element, button } of rows.values()) {
      const isSelected = button.title === selected;
      setAttribute(button, "aria-pressed", String(isSelected));
      element.classList.toggle("selected", isSelected);
      if (!body.contains(document.activeElement)) {
        setAttribute(button, "tabindex", button === stop ? "0" : "-1");
      }
    }
  }

  /** @param {Coin} row */
  function put(row) {
    let found = rows.get(row.coin);
    if (found === undefined) {
      found = createRow(row.coin, format);
      rows.set(row.coin, found);
    }
    found.show(row);
  }

  return {
    /**
     * All rows, in their order.
     *
     * @param {readonly Coin[]} coins
     */
    replace(coins) {
      const names = new Set(coins.map(({ coin }) => coin));
      for (const coin of rows.keys()) if (!names.has(coin)) rows.delete(coin);
      coins.forEach(put);
      arrange(coins.map(({ coin }) => coin));
      mark();
    },
    /**
     * The rows that changed.
     *
     * @param {readonly Coin[]} coins
     */
    update(coins) {
      coins.forEach(put);
      const all = Array.from(rows.values(), ({ coin }) => coin)
        .filter((it) => it !== undefined);
      // Where no market cap is known, the order stays.
      all.sort((a, b) => compareDecimals(b.marketCap, a.marketCap));
      arrange(all.map(({ coin }) => coin));
      mark();
    },
    /** @param {string | undefined} coin */
    select(coin) {
      selected = coin;
      mark();
    },
    /** @param {string} coin */
    row(coin) {
      return rows.get(coin)?.coin;
    },
    /** The first coin, if there is one. */
    first() {
      return coinAt(0);
    },
  };
}
