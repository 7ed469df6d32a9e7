// The lock that keeps a lake to one writer.

import { CommandError, messageOf } from "../../lib/errors.ts";
import { tryLock } from "../../lib/file_lock.ts";

/** The writer's lock in the lake's folder. */
export const writerLockName = "writer.lock";

/** The lock of maintenance, in the lake's folder. */
export const maintenanceLockName = "maintenance.lock";

function ownerOf(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim() || "unknown process";
  } catch {
    // Windows locks the content too.
    return "unknown process";
  }
}

function takeLock(lakeDir: string, name: string): Deno.FsFile | undefined {
  try {
    Deno.mkdirSync(lakeDir, { recursive: true });
    return tryLock(`${lakeDir}/${name}`);
  } catch (error) {
    throw new CommandError(
      `cannot use LAKE_DIR "${lakeDir}": ${messageOf(error)}`,
      "make it a folder that this user can write, or set another LAKE_DIR",
      { cause: error },
    );
  }
}

/**
 * Takes a lock of the lake. The kernel holds it and releases it with the
 * process, however that ends; the text inside is for people only.
 *
 * @param name The lock's file in the folder, which is created.
 * @returns `undefined` while another process holds it.
 * @throws {CommandError} when the folder cannot be written.
 */
export function tryLakeLock(
  lakeDir: string,
  name: string,
): Disposable | undefined {
  const file = takeLock(lakeDir, name);
  if (file === undefined) return undefined;
  try {
    file.truncateSync();
    const since = Temporal.Now.instant().toString();
    file.writeSync(
      new TextEncoder().encode(`pid ${Deno.pid}, since ${since}\n`),
    );
  } catch {
    // For people only: a full disk does not prevent the start.
  }
  return { [Symbol.dispose]: () => file.close() };
}

/**
 * Since when a lake waits for its next maintenance, in ms since 1970: since the
 * last one began, also one that failed, or since this was first asked.
 */
export function unmaintainedSinceMs(lakeDir: string): number | undefined {
  const path = `${lakeDir}/${maintenanceLockName}`;
  try {
    Deno.openSync(path, { write: true, createNew: true }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  return Deno.statSync(path).mtime?.getTime();
}

/**
 * Takes the writer's lock.
 *
 * @throws {CommandError} when another process holds it, with its pid.
 */
export function lockWriter(lakeDir: string): Disposable {
  const lock = tryLakeLock(lakeDir, writerLockName);
  if (lock !== undefined) return lock;
  throw new CommandError(
    `another process writes the lake in "${lakeDir}": ` +
      ownerOf(`${lakeDir}/${writerLockName}`),
    "stop it, or set another LAKE_DIR; reading works beside it: " +
      "deno task lake sql",
  );
}
