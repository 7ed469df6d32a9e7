// The folder of an export: nothing in it is overwritten.

import { CommandError, messageOf } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { cleanTempFolders } from "./temp_folder.ts";

/**
 * Makes the folder, unless it is there and empty.
 *
 * @returns whether it is new.
 * @throws {CommandError} when it has files, or cannot be made.
 */
export function makeExportFolder(folder: string): boolean {
  try {
    const isNew = !exists(folder);
    Deno.mkdirSync(folder, { recursive: true });
    // Left by an export that was killed.
    cleanTempFolders(folder);
    if ([...Deno.readDirSync(folder)].length === 0) return isNew;
  } catch (error) {
    throw new CommandError(
      `cannot use the folder "${folder}": ${messageOf(error)}`,
      "name a folder that this user can write",
      { cause: error },
    );
  }
  throw new CommandError(
    `the folder "${folder}" is not empty: nothing there is overwritten`,
    "name a new folder, or empty that one",
  );
}

/** Removes the folder of an export that failed, unless something is in it. */
export function removeIfEmpty(folder: string): void {
  try {
    Deno.removeSync(folder);
  } catch {
    // Another process uses it.
  }
}
