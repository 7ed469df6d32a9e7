// A disk that is small enough to be filled: a tmpfs, which needs Linux and root.

import { testDir } from "../harness/broker.ts";

export interface SmallDisk extends AsyncDisposable {
  /** Leaves no byte free. */
  fill(): void;
  makeRoom(): void;
}

function call(program: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** Mounts a disk on a folder, which it creates; `undefined` if not allowed. */
export function mountSmallDisk(path: string): SmallDisk | undefined {
  if (Deno.build.os !== "linux") return undefined;
  Deno.mkdirSync(path, { recursive: true });
  if (!call("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", path)) {
    return undefined;
  }
  const ballast = `${path}/ballast`;
  return {
    fill() {
      using file = Deno.openSync(ballast, { create: true, append: true });
      // The last page too, or a record still fits.
      for (const size of [65_536, 4_096, 1]) {
        const block = new Uint8Array(size);
        try {
          while (true) file.writeSync(block);
        } catch {
          // No further block of this size fits.
        }
      }
    },
    makeRoom: () => Deno.removeSync(ballast),
    [Symbol.asyncDispose]() {
      // A process that was just killed may use it a moment longer.
      if (!call("umount", path)) call("umount", "-l", path);
      return Promise.resolve();
    },
  };
}

/**
 * Whether a small disk can be mounted here.
 *
 * @throws when it cannot and this is CI, where nothing may be ignored.
 */
export async function canMount(): Promise<boolean> {
  await using dir = await testDir();
  const disk = mountSmallDisk(dir.path);
  await disk?.[Symbol.asyncDispose]();
  if (disk === undefined && Deno.env.get("CI")) {
    throw new Error(
      "the tests of a full disk need Linux and the right to mount",
    );
  }
  return disk !== undefined;
}
