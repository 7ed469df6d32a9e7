/**
 * The newest prices as an aligned table.
 *
 * @module
 */

import {
  type ExactNumber,
  toNumber,
} from "../../producer/sources/exact_json.ts";
import type { Envelope } from "../verify/record_contract.ts";

const units: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
];

function big(value: number): string {
  const unit = units.find(([size]) => value >= size);
  return unit === undefined
    ? value.toFixed(0)
    : `${(value / unit[0]).toFixed(2)} ${unit[1]}`;
}

/** A price with the digits that matter at its size. */
export function priceText(value: number): string {
  if (value >= 1) {
    return value.toLocaleString("en-US", {
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    });
  }
  return value.toPrecision(4);
}

const or = (
  value: ExactNumber | null | undefined,
  show: (value: number) => string,
) => value === null || value === undefined ? "-" : show(toNumber(value));

/** One line a coin under a head line; at most 80 columns for usual names. */
export function priceTable(envelope: Envelope): string[] {
  const rows = Object.entries(envelope.data).map(([id, coin]) => [
    id,
    or(coin.usd, priceText),
    or(coin.usd_24h_change, (n) => `${n >= 0 ? "+" : ""}${n.toFixed(2)} %`),
    or(coin.usd_market_cap, big),
    or(
      coin.last_updated_at,
      (n) => new Date(n * 1000).toISOString().slice(11, 19),
    ),
  ]);
  const all = [["coin", "USD", "24 h", "market cap", "updated"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0))
  );
  return all.map((row) =>
    row.map((cell, column) =>
      column === 0
        ? cell.padEnd(widths[column] ?? 0)
        : cell.padStart(widths[column] ?? 0)
    ).join("  ").trimEnd()
  );
}
