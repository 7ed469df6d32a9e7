import type { LakeQueries, Rows } from "../../lakehouse/lake/lake_types.ts";

/** Answers statements by what is in them, and counts. */
export class FakePageLake implements LakeQueries {
  readonly asked: { sql: string; parameters: readonly unknown[] }[] = [];
  /** The newest snapshot. */
  version = 1;
  /** Rows of the newest prices, and of those since a time. */
  prices: Rows = [];
  /** What each question first goes through; may reject. */
  gate: () => Promise<void> = () => Promise.resolve();

  async ask(
    sql: string,
    parameters: readonly (string | number | bigint | boolean | null)[] = [],
  ): Promise<Rows> {
    this.asked.push({ sql, parameters });
    await this.gate();
    if (/ORDER BY snapshot_id DESC LIMIT 1$/.test(sql)) {
      return [[String(this.version), "1764758514000000"]];
    }
    if (/^SELECT commit_message/.test(sql)) return [["2 records, 3 ticks"]];
    if (/sum\(file_count\)/.test(sql)) return [["1", "2", "3"]];
    return /kafka_timestamp/.test(sql) ? this.prices : [];
  }
}

/** A row of prices; times are seconds of one minute. */
export function priceRow(
  coin: string,
  second: number,
  price = "1.0",
): (string | null)[] {
  const ms = Date.parse("2025-12-03T10:41:00Z") + second * 1_000;
  const at = new Date(ms).toISOString();
  return [coin, price, null, "5.0", null, at, String(ms), String(ms * 1_000)];
}
