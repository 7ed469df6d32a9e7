// What the sub-commands share: the lake's folder, its extensions, its moment.

import { readLakeConfig } from "../../lakehouse/lake_settings.ts";
import type { LakeLocation } from "../../lakehouse/lake/attach.ts";
import { catalogName } from "../../lakehouse/lake/lake_names.ts";
import { parseMoment } from "../../lakehouse/lake/moment.ts";
import type { LakeReader } from "../../lakehouse/lake/lake_types.ts";
import { CommandError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { lakeExtensions } from "./lake_extensions.ts";

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
  const moment = at === undefined ? undefined : parseMoment(at, "--at");
  const location = await locateLake();
  // Loads DuckDB.
  const { openReader } = await import("../../lakehouse/lake/reader.ts");
  return await openReader({ ...location, at: moment });
}
