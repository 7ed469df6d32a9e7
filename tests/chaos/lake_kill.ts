// One life of a lake that ends in a kill, at a moment that was chosen by what
// the process does and not by the clock alone.

import { assertEquals } from "@std/assert";
import { delay } from "../../lib/clock.ts";
import { projectDir } from "../../lib/project.ts";
import { start, type StartedProcess } from "../../tasks/host/run_process.ts";
import { until } from "../harness/until.ts";
import type { lakeFreezer, Place } from "./lake_freeze.ts";
import type { lakeLives } from "./lake_life.ts";
import type { Random } from "./seed.ts";

/**
 * When a life ends: a while after its start; a while after its first commit;
 * then inside a transaction, inside a maintenance of its own, or inside one by
 * a process beside it.
 */
export const moments = [
  "start",
  "commit",
  "transaction",
  "maintenance",
  "beside",
] as const;

export type Moment = typeof moments[number];

/** What is killed, and looked at. */
export interface Killed {
  readonly lives: Awaited<ReturnType<typeof lakeLives>>;
  readonly freezer: ReturnType<typeof lakeFreezer>;
  readonly random: Random;
}

/** A life that is over. */
export interface Life {
  /** Where it died. */
  readonly place: Place;
  /** Records that it said to have committed. */
  readonly records: number;
  /** The newest snapshot that it said to have committed; 0 for none. */
  readonly snapshot: number;
}

type Watched = StartedProcess & { hasEnded(): boolean };

function watched<T extends StartedProcess>(process: T): T & Watched {
  let isOver = false;
  process.ended.then(() => isOver = true);
  return { ...process, hasEnded: () => isOver };
}

/** Waits for a condition, as long as the process lives. */
function whileAlive<T>(
  process: Watched,
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  return until(what, async () => {
    if (!process.hasEnded()) return await look();
    const { code, stdout, stderr } = await process.ended;
    throw new Error(`it ended with ${code} before ${what}: ${stdout}${stderr}`);
  });
}

/** The fields of its lines with this message. */
function said(
  lines: readonly string[],
  message: string,
): Record<string, unknown>[] {
  // A kill may cut the last line.
  return lines.filter((line) =>
    line.includes(`"message":"${message}"`) && line.endsWith("}")
  ).map((line) => JSON.parse(line));
}

/** Kills it once it is where it should be. */
function killInside(
  lake: Watched,
  wanted: Exclude<Place, "elsewhere">,
  { freezer, random }: Killed,
): Promise<Place> {
  let seen = freezer.files().length;
  const laterMs = random.whole(0, 150);
  return whileAlive(lake, `it is in a ${wanted}`, async () => {
    if (wanted === "maintenance") {
      if (!freezer.isNamed(lake.pid)) return undefined;
      await delay(laterMs);
    } else {
      const now = freezer.files().length;
      const isMore = now > seen;
      seen = now;
      if (!isMore) return undefined;
    }
    return await freezer.killAt([lake], wanted);
  });
}

/** Kills it, and perhaps the process that maintains the lake beside it. */
function killBeside(
  lake: Watched,
  { lives, freezer, random }: Killed,
): Promise<Place> {
  const laterMs = random.whole(0, 300);
  const bothDie = random.chance(0.5);
  return whileAlive(lake, "another process maintains it", async () => {
    const other = watched(start(
      Deno.execPath(),
      ["run", "-q", "-P=lake", "tasks/lake.ts", "maintain", "--keep=0"],
      { cwd: projectDir, env: lives.env },
    ));
    await whileAlive(
      lake,
      "the other process has the lock",
      () => other.hasEnded() || freezer.isNamed(other.pid),
    );
    await delay(laterMs);
    const place = await freezer.killAt([lake, other], "maintenance");
    const isKilled = bothDie && place !== undefined;
    if (isKilled) other.kill("SIGKILL");
    const { code, stderr } = await other.ended;
    // What maintains goes on without the one that writes.
    if (!isKilled) assertEquals(code, 0, stderr);
    return place;
  });
}

async function killAt(
  moment: Moment,
  lake: Watched & { readonly lines: readonly string[] },
  killed: Killed,
): Promise<Place | undefined> {
  const { freezer, random } = killed;
  if (moment === "start") {
    await delay(random.whole(0, 1_500));
    return await freezer.killAt([lake]);
  }
  await whileAlive(
    lake,
    "its first commit",
    () => said(lake.lines, "committed").length > 0,
  );
  if (moment === "beside") return await killBeside(lake, killed);
  await delay(random.whole(0, moment === "commit" ? 3_000 : 500));
  return moment === "commit"
    ? await freezer.killAt([lake])
    : await killInside(lake, moment, killed);
}

/** Starts a lake and kills it at the moment. */
export async function liveAndDie(
  moment: Moment,
  killed: Killed,
): Promise<Life> {
  const { lives, freezer } = killed;
  // A maintenance of its own would be under way most of the time.
  const isBare = moment === "transaction" || moment === "beside";
  const settings = isBare ? { LAKE_MAINTAIN_HOURS: "off" } : {};
  const lake = watched(lives.run([], settings));
  try {
    const place = await killAt(moment, lake, killed) ?? "elsewhere";
    const { code, stdout, stderr } = await lake.ended;
    assertEquals(code, 137, `it ended by itself: ${stdout}${stderr}`);
    await freezer.note();
    const commits = said(lake.lines, "committed");
    return {
      place,
      records: commits.reduce((sum, it) => sum + Number(it.records), 0),
      snapshot: Math.max(0, ...commits.map((it) => Number(it.snapshot))),
    };
  } finally {
    lake.kill("SIGKILL");
    await lake.ended;
  }
}
