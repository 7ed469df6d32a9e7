// A lake that is damaged on purpose, and what `lake verify` says of it.

import { attach, type LakeLocation } from "../../lakehouse/lake/attach.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import type { RebuildOptions } from "../../lakehouse/lake/rebuild.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { checkContents } from "../../tasks/lake/verify_lake.ts";
import { rowsOf } from "./records.ts";

export const seed = 11;
export const count = 400;
/** The first batch; the other records are in a second one. */
export const firstBatch = 150;

export async function fill(location: LakeLocation): Promise<void> {
  const writer = await openWriter(location);
  await writer.commit({ rows: rowsOf(seed, 0, firstBatch), gaps: [] });
  await writer.commit({
    rows: rowsOf(seed, firstBatch, count - firstBatch),
    gaps: [],
  });
  await writer.close();
}

/** Writes past the writer, as nothing of the project does. */
export async function damage(
  location: LakeLocation,
  sql: string,
): Promise<void> {
  const database = await attach({
    ...location,
    isWriter: true,
    tempName: "damage",
  });
  try {
    await database.run(sql);
  } finally {
    database.close();
  }
}

/** Failed checks by name, with what they say. */
export async function failures(
  location: LakeLocation,
  all = true,
): Promise<Record<string, string>> {
  const reader = await openReader(location);
  try {
    const results = await checkContents(reader, all, {
      rangeOffsets: 64,
    });
    return Object.fromEntries(
      results.filter(({ verdict }) => verdict === "fail")
        .map(({ name, detail }) => [name, detail]),
    );
  } finally {
    await reader.close();
  }
}

export function options(location: LakeLocation): RebuildOptions {
  return {
    ...location,
    now: Temporal.Now.instant(),
    onProgress() {},
    replace: () => Promise.resolve(true),
    signal: new AbortController().signal,
  };
}

/** A condition for one tick. */
export const oneTick = `(crypto_symbol, api_timestamp) IN (
  SELECT (crypto_symbol, api_timestamp) FROM lake.silver.crypto_ticks
  ORDER BY ALL LIMIT 1)`;
