/**
 * What `deps` does to the disk.
 *
 * @module
 */

import { CommandError } from "../../lib/errors.ts";

/** A file's text; nothing if there is no such file. */
export function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether something is there. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Writes a file so that no reader ever sees half of it. */
export function writeWhole(path: string, text: string): void {
  const fresh = `${path}.new`;
  Deno.writeTextFileSync(fresh, text);
  Deno.renameSync(fresh, path);
}

/** Writes files below a folder, with the folders that they need. */
export function writeTree(
  folder: string,
  files: ReadonlyMap<string, string>,
): void {
  for (const [path, text] of files) {
    const whole = `${folder}/${path}`;
    Deno.mkdirSync(whole.slice(0, whole.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(whole, text);
  }
}

/**
 * Puts a folder in another's place.
 *
 * @param aside Where the old one goes; nothing is there yet.
 */
export function swap(fresh: string, place: string, aside: string): void {
  if (exists(place)) Deno.renameSync(place, aside);
  try {
    Deno.renameSync(fresh, place);
  } catch (error) {
    if (exists(aside)) Deno.renameSync(aside, place);
    throw error;
  }
}

/** Lets everybody read a folder whatever the umask: a container's user may. */
export function makeReadable(path: string): void {
  if (Deno.build.os === "windows") return;
  const { isSymlink, isDirectory, mode } = Deno.lstatSync(path);
  if (isSymlink) return;
  const before = (mode ?? 0) & 0o7777;
  const isEntered = isDirectory || (before & 0o100) !== 0;
  const after = before | (isEntered ? 0o555 : 0o444);
  if (after !== before) Deno.chmodSync(path, after);
  if (!isDirectory) return;
  for (const { name } of Deno.readDirSync(path)) {
    makeReadable(`${path}/${name}`);
  }
}

const waitMs = 120_000;

/**
 * Holds a lock that the system frees however its holder ends: two at once
 * would swap folders under each other.
 *
 * @param onWait Called once if another holds it.
 */
export async function holdLock(
  path: string,
  onWait: () => void,
): Promise<Disposable> {
  const file = Deno.openSync(path, { write: true, create: true });
  for (let waited = 0; !file.tryLockSync(true); waited += 50) {
    if (waited === 1_000) onWait();
    if (waited >= waitMs) {
      file.close();
      throw new CommandError(
        `another "deno task deps" has held ${path} for ${waitMs / 1000} s`,
        "end it, or wait for it, then try again",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return file;
}
