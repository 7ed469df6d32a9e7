// What the sub-commands share: the lake's folder, its extensions, its moment.

import { parseTime } from "../../lakehouse/run_args.ts";
import { readLakeConfig } from "../../lakehouse/lake_settings.ts";
import type { LakeLocation, Moment } from "../../lakehouse/lake/attach.ts";
import { catalogName } from "../../lakehouse/lake/lake_names.ts";
import type { LakeReader } from "../../lakehouse/lake/lake_types.ts";
import { CommandError, UsageError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { lakeExtensions } from "./lake_extensions.ts";

/**
 * A moment as typed: a snapshot's number, or a time of UTC.
 *
 * @throws {UsageError} for anything else.
 */
export function parseMoment(text: string): Moment {
  if (/^\d{1,15}$/.test(text)) return { version: Number(text) };
  try {
    return { time: Temporal.Instant.fromEpochMilliseconds(parseTime(text)) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `--at is "${text}": expected a snapshot's number (see deno task lake ` +
        "history), or a time of UTC such as 2026-11-25T10:00",
    );
  }
}

function existsLake(dir: string): void {
  if (exists(`${dir}/${catalogName}`)) return;
  throw new CommandError(
    `there is no lake in "${dir}"`,
    "fill one: deno task lake run; or set LAKE_DIR to the folder of one",
  );
}

/**
 * The lake's folder, and DuckDB's extensions ready to be loaded.
 *
 * @throws {CommandError} when there is no lake: none is made by mistake, and
 * nothing is fetched for it.
 */
export async function locateLake(): Promise<LakeLocation> {
  const { dir } = readLakeConfig();
  existsLake(dir);
  return { lakeDir: dir, extensionDir: await lakeExtensions() };
}

/**
 * Opens the lake for reading.
 *
 * @param at `--at` as typed.
 * @throws {UsageError} for an `--at` that is not a moment.
 * @throws {CommandError} when there is no lake.
 */
export async function openLakeReader(
  at: string | undefined,
): Promise<LakeReader> {
  const moment = at === undefined ? undefined : parseMoment(at);
  const location = await locateLake();
  // Loads DuckDB.
  const { openReader } = await import("../../lakehouse/lake/reader.ts");
  return await openReader({ ...location, at: moment });
}
