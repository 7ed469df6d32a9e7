// A lake of a test's own.

import type { LakeLocation } from "../../lakehouse/lake/attach.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { lakeExtensions } from "../../tasks/lake/lake_extensions.ts";
import { testDir } from "../harness/broker.ts";

export interface Place extends LakeLocation, AsyncDisposable {
  /** The folder above the lake's. */
  readonly dir: string;
}

/** A folder for a lake, removed at the end of its scope. */
export async function newPlace(): Promise<Place> {
  const extensionDir = await lakeExtensions();
  const dir = await testDir();
  return {
    dir: dir.path,
    lakeDir: `${dir.path}/lake`,
    extensionDir,
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}

/** The rows of one query, with a reader of its own. */
export async function ask(
  location: LakeLocation,
  sql: string,
): Promise<(string | null)[][]> {
  const reader = await openReader(location);
  try {
    return (await reader.query(sql)).rows.map((row) => [...row]);
  } finally {
    await reader.close();
  }
}
