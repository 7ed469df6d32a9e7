// What a lake's processes are doing at a moment: stopped, they can be looked at,
// and killed or sent on.

import type { LakeLocation } from "../../lakehouse/lake/attach.ts";
import { catalogTables, dataName } from "../../lakehouse/lake/lake_names.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { maintenanceLockName } from "../../lakehouse/lake/writer_lock.ts";
import { delay } from "../../lib/clock.ts";
import { tryLock } from "../../lib/file_lock.ts";
import { ifExists } from "../../lib/files.ts";

/**
 * Inside a transaction that has written files which no snapshot names yet;
 * inside a maintenance, by any of the processes; or anywhere else, also inside
 * a transaction of so few rows that it writes no file.
 */
export type Place = "transaction" | "maintenance" | "elsewhere";

function filesIn(folder: string): string[] {
  const entries = ifExists(() => [...Deno.readDirSync(folder)]) ?? [];
  return entries.flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}/${name}`) : [name]
  );
}

/** Names of all files that the catalog knows, also those that it will remove. */
const named = `SELECT path FROM ${catalogTables}.ducklake_data_file UNION ALL
  SELECT path FROM ${catalogTables}.ducklake_files_scheduled_for_deletion`;

/** Looks into the folder of one lake. */
export function lakeFreezer(location: LakeLocation) {
  const { lakeDir } = location;
  const lock = `${lakeDir}/${maintenanceLockName}`;
  /** What earlier kills left. */
  let left = new Set<string>();

  function files(): string[] {
    return filesIn(`${lakeDir}/${dataName}`);
  }

  async function unnamed(): Promise<Set<string>> {
    const found = files();
    if (found.length === 0) return new Set();
    const reader = await openReader(location);
    try {
      const { rows } = await reader.query(named);
      const names = new Set(rows.map(([path]) => path?.split("/").at(-1)));
      return new Set(found.filter((file) => !names.has(file)));
    } finally {
      await reader.close();
    }
  }

  function maintainer(): string {
    return ifExists(() => Deno.readTextFileSync(lock)) ?? "";
  }

  /** Needs processes that are stopped: else a free lock might be wanted now. */
  function isMaintained(): boolean {
    if (maintainer() === "") return false;
    const free = tryLock(lock);
    free?.close();
    return free === undefined;
  }

  /** Where stopped processes are. */
  async function look(): Promise<Place> {
    if (isMaintained()) return "maintenance";
    // A lake that is being made cannot be read.
    const now = await unnamed().catch(() => new Set<string>());
    return now.isSubsetOf(left) ? "elsewhere" : "transaction";
  }

  return {
    files,

    /** Whether a process was the last one to begin a maintenance. */
    isNamed: (pid: number) => maintainer().startsWith(`pid ${pid},`),

    /**
     * Stops processes and, if they are where they should be, kills the first;
     * else all go on.
     *
     * @param wanted Where they should be; `undefined` for anywhere.
     * @returns where they were, if it was killed.
     */
    async killAt(
      processes: readonly { kill(signal: Deno.Signal): void }[],
      wanted?: Place,
    ): Promise<Place | undefined> {
      for (const process of processes) process.kill("SIGSTOP");
      try {
        // The kernel stops one thread after the other.
        await delay(10);
        const place = await look();
        if (wanted !== undefined && wanted !== place) return undefined;
        processes[0]?.kill("SIGKILL");
        return place;
      } finally {
        for (const process of processes) process.kill("SIGCONT");
      }
    },

    /** After a kill: the files that it left are no later one's. */
    async note(): Promise<void> {
      left = await unnamed().catch(() => left);
    },
  };
}
