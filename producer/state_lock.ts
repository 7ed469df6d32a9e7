// The lock that keeps a state folder to one producer.

import { CommandError, messageOf } from "../lib/errors.ts";
import { tryLock } from "../lib/file_lock.ts";

/**
 * Takes the folder's lock. The kernel holds it and releases it with the process,
 * however that ends; the text inside is for people only.
 *
 * @param stateDir Created if it does not exist.
 * @throws {CommandError} when another producer holds it, or the folder cannot be
 * written.
 */
export function lockState(stateDir: string): Disposable {
  const path = `${stateDir}/lock`;
  let file: Deno.FsFile | undefined;
  try {
    Deno.mkdirSync(stateDir, { recursive: true });
    file = tryLock(path);
  } catch (error) {
    throw new CommandError(
      `cannot use STATE_DIR "${stateDir}": ${messageOf(error)}`,
      "make it a folder that this user can write, or set another STATE_DIR",
      { cause: error },
    );
  }
  if (file === undefined) {
    throw new CommandError(
      `another producer uses STATE_DIR "${stateDir}": ${ownerOf(path)}`,
      "stop it, or give this one its own STATE_DIR and ADMIN_ADDRESS",
    );
  }
  try {
    file.truncateSync();
    const started = Temporal.Now.instant().toString();
    file.writeSync(
      new TextEncoder().encode(`pid ${Deno.pid}, since ${started}\n`),
    );
  } catch {
    // For people only: a full disk does not prevent the start.
  }
  return { [Symbol.dispose]: () => file.close() };
}

function ownerOf(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim() || "unknown process";
  } catch {
    // Windows locks the content too.
    return "unknown process";
  }
}
