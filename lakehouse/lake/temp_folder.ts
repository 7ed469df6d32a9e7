// Folders for what does not fit into memory. A process that is killed leaves
// its own; the next writer removes it. Whether a process is alive is not asked
// of its pid, which means nothing in another container: it holds a lock.

import { tryLock } from "../../lib/file_lock.ts";
import { ifExists } from "../../lib/files.ts";

/** A folder that its process holds until it is disposed of. */
export interface TempFolder extends Disposable {
  /** Where it is; it does not exist where nothing can be written. */
  readonly path: string;
}

const prefix = "tmp-";
const lockName = "lock";

/** Older versions made folders without a lock; new ones get it at once. */
const unlockedMs = 3_600_000;

/**
 * Makes a folder of a new name.
 *
 * @param dir The folder above it.
 * @param name Who uses it, for people.
 */
export function makeTempFolder(dir: string, name: string): TempFolder {
  const path = `${dir}/${prefix}${name}-${crypto.randomUUID().slice(0, 8)}`;
  let lock: Deno.FsFile | undefined;
  try {
    Deno.mkdirSync(path);
    lock = tryLock(`${path}/${lockName}`);
  } catch {
    // A disk that is full or read-only: most work needs no such folder.
  }
  return {
    path,
    [Symbol.dispose]() {
      lock?.close();
      lock = undefined;
      removeFolder(path);
    },
  };
}

function removeFolder(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // Not there, or its owner does not let us: the next one tries again.
  }
}

function isLeft(path: string): boolean {
  const age = (file: string) => {
    const { mtime } = Deno.statSync(file);
    return Date.now() - (mtime?.getTime() ?? 0);
  };
  return ifExists(() => {
    if (ifExists(() => Deno.statSync(`${path}/${lockName}`)) === undefined) {
      return age(path) > unlockedMs;
    }
    const lock = tryLock(`${path}/${lockName}`);
    lock?.close();
    return lock !== undefined;
  }) ?? false;
}

/** Removes the folders of processes that have ended. It never fails. */
export function cleanTempFolders(dir: string): void {
  try {
    for (const { name, isDirectory } of Deno.readDirSync(dir)) {
      const path = `${dir}/${name}`;
      if (isDirectory && name.startsWith(prefix) && isLeft(path)) {
        removeFolder(path);
      }
    }
  } catch {
    // Not a reason to refuse work.
  }
}
