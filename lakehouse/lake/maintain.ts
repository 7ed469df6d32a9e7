// Maintenance of a lake by a process of its own.

import { type Clock, systemClock } from "../../lib/clock.ts";
import { CommandError } from "../../lib/errors.ts";
import { attach, type LakeLocation, roomyMb } from "./attach.ts";
import { lakeFigures } from "./lake_figures.ts";
import type { MaintenanceOptions, MaintenanceReport } from "./lake_types.ts";
import { noteMaintained } from "./maintained.ts";
import {
  flushInlined,
  type MaintenanceDone,
  type MaintenanceProgress,
  maintenanceSteps,
} from "./maintenance_steps.ts";
import { isOutOfMemory, retryConflicts } from "./write_errors.ts";
import {
  maintenanceLockName,
  tryLakeLock,
  writerLockName,
} from "./writer_lock.ts";
import { vacuumCatalog } from "./vacuum.ts";

/** Without a commit that waits, a merge may be long: few files. */
const fileBytes = 512_000_000;

/**
 * Takes the lock that lets one process at a time maintain a lake.
 *
 * @throws {CommandError} while another one does.
 */
export function lockMaintenance(lakeDir: string): Disposable {
  const lock = tryLakeLock(lakeDir, maintenanceLockName);
  if (lock !== undefined) return lock;
  throw new CommandError(
    `the lake in "${lakeDir}" is being maintained by another process`,
    "wait until it has ended",
  );
}

/** Nothing done yet. */
export function nothingDone(): MaintenanceDone {
  return { merged: 0, expired: 0, removed: 0, orphans: 0 };
}

/** Options of {@linkcode maintainLake}. */
export interface OwnMaintenanceOptions extends MaintenanceOptions {
  /** Called before each part and within long ones. @default nothing is told */
  readonly onProgress?: MaintenanceProgress;
  /** Ends it: the running step is undone, those before it stay. */
  readonly signal?: AbortSignal;
}

/**
 * Maintains a lake from a process of its own, also beside a running writer; the
 * catalog's file shrinks only without one.
 *
 * @throws {CommandError} when there is no lake, or another process maintains it.
 * @throws anything once the signal has aborted.
 */
export async function maintainLake(
  location: LakeLocation,
  { onProgress, signal, ...options }: OwnMaintenanceOptions = {},
  clock: Pick<Clock, "now" | "monotonic" | "sleep"> = systemClock,
): Promise<MaintenanceReport> {
  const { lakeDir } = location;
  const startedMs = clock.monotonic();
  // A reader refuses a folder without a lake; a writer would create one.
  (await attach({ ...location, isWriter: false, tempName: "maintenance" }))
    .close();
  using _lock = lockMaintenance(lakeDir);
  using writerLock = tryLakeLock(lakeDir, writerLockName);
  const isAlone = writerLock !== undefined;
  const open = (memoryMb?: number) =>
    attach({ ...location, isWriter: true, tempName: "maintenance", memoryMb });
  let database = await open();
  const done = nothingDone();
  const interrupt = () => database.interrupt();
  signal?.addEventListener("abort", interrupt);
  let before;
  let longestMs = 0;
  try {
    before = await lakeFigures(database, lakeDir);
    const nowMs = clock.now().epochMilliseconds;
    const context = {
      isAlone,
      nowMs,
      fileBytes,
      flush: flushInlined,
      done,
      onProgress,
    };
    for (const step of maintenanceSteps(context, options)) {
      signal?.throwIfAborted();
      const stepMs = clock.monotonic();
      try {
        await retryConflicts(() => step(database), clock);
      } catch (error) {
        if (!isOutOfMemory(error)) throw error;
        database.close();
        database = await open(roomyMb);
        await retryConflicts(() => step(database), clock);
      }
      longestMs = Math.max(longestMs, clock.monotonic() - stepMs);
    }
  } finally {
    signal?.removeEventListener("abort", interrupt);
    database.close();
  }
  // Beside a writer it would only wait for it.
  if (isAlone) vacuumCatalog(lakeDir);
  const again = await open();
  try {
    const after = await lakeFigures(again, lakeDir);
    noteMaintained(lakeDir, clock.now());
    const durationMs = clock.monotonic() - startedMs;
    return { ...done, before, after, longestMs, durationMs };
  } finally {
    again.close();
  }
}
