// The newest prices as an aligned table.

import {
  type ExactNumber,
  toNumber,
} from "../../producer/sources/exact_json.ts";
import type { Coins } from "../verify/record_contract.ts";

const units: readonly (readonly [size: number, name: string])[] = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
];

function formatLarge(value: number): string {
  const unit = units.find(([size]) => value >= size);
  return unit === undefined
    ? value.toFixed(0)
    : `${(value / unit[0]).toFixed(2)} ${unit[1]}`;
}

/** With the digits that matter at the price's size. */
function formatPrice(value: number): string {
  if (value < 1) return value.toPrecision(4);
  return value.toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
}

function formatPercent(value: number): string {
  return `${value >= 0 ? "+" : ""}${value.toFixed(2)} %`;
}

function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

function cell(
  value: ExactNumber | null | undefined,
  format: (value: number) => string,
): string {
  return value === null || value === undefined ? "-" : format(toNumber(value));
}

/** A header, then one line per coin; at most 80 columns for usual names. */
export function priceTable(coins: Coins): string[] {
  const rows = Object.entries(coins).map(([id, coin]) => [
    id,
    cell(coin.usd, formatPrice),
    cell(coin.usd_24h_change, formatPercent),
    cell(coin.usd_market_cap, formatLarge),
    cell(coin.last_updated_at, formatTime),
  ]);
  const all = [["coin", "USD", "24 h", "market cap", "updated"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0))
  );
  return all.map((row) =>
    row.map((text, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? text.padEnd(width) : text.padStart(width);
    }).join("  ").trimEnd()
  );
}
