/**
 * One producer for one state folder.
 *
 * @module
 */

import { CommandError, messageOf } from "../lib/errors.ts";
import { tryLock } from "../lib/file_lock.ts";

/** A held lock. */
export interface Ownership extends Disposable {
  /** The lock file. */
  readonly path: string;
}

/**
 * Takes the folder's lock. The lock is the kernel's and goes with the process,
 * however it ends; what is written inside is for people only.
 *
 * @param stateDir Made if it is not there.
 * @throws {CommandError} when another producer holds it, or the folder cannot be
 * written.
 */
export function takeOwnership(stateDir: string): Ownership {
  const path = `${stateDir}/lock`;
  let file: Deno.FsFile | undefined;
  try {
    Deno.mkdirSync(stateDir, { recursive: true });
    file = tryLock(path);
  } catch (error) {
    throw new CommandError(
      `cannot use STATE_DIR "${stateDir}": ${messageOf(error)}`,
      "make it a folder that this user can write, or choose another STATE_DIR",
      { cause: error },
    );
  }
  if (file === undefined) {
    throw new CommandError(
      `another producer uses STATE_DIR "${stateDir}": ${ownerOf(path)}`,
      "stop it, or give this one a STATE_DIR and an ADMIN_ADDRESS of its own",
    );
  }
  try {
    file.truncateSync();
    const started = Temporal.Now.instant().toString();
    file.writeSync(
      new TextEncoder().encode(`pid ${Deno.pid}, since ${started}\n`),
    );
  } catch {
    // For people only: a full disk shall not keep the producer from starting.
  }
  return { path, [Symbol.dispose]: () => file.close() };
}

function ownerOf(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim() || "it does not say which";
  } catch {
    // Windows locks the content too.
    return "its name cannot be read";
  }
}
