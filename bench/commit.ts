// The time of a commit to the outbox, next to the minimum of this disk: as many
// bytes appended to a file and synced.

import { openOutbox } from "../producer/outbox/open_outbox.ts";
import type { Log } from "../lib/log.ts";
import { recordOf, sizeOf } from "./records.ts";
import type { Rig } from "./rig.ts";
import { spreadText } from "./figures.ts";

const commits = 2_000;
/** Left out: the code is not warm yet. */
const warmup = 100;

function fail(message: string): never {
  throw new Error(message);
}

const silentLog: Log = { debug() {}, info() {}, warn() {}, error: fail };

function timed(work: (index: number) => void): number[] {
  const times: number[] = [];
  for (let index = 0; index < commits; index++) {
    const begun = performance.now();
    work(index);
    times.push(performance.now() - begun);
  }
  return times.slice(warmup);
}

export function commitTimes(rig: Rig): string[] {
  const folder = rig.folder();
  const records = Array.from(
    { length: commits },
    (_, index) => recordOf("bench-commit", index + 1),
  );
  const limits = { records: 10 * commits, bytes: 1e9 };
  using outbox = openOutbox(folder, limits, silentLog);
  const own = timed((index) => {
    const record = records[index];
    if (record !== undefined) outbox.add(record);
  });
  const size = records[0] === undefined ? 0 : sizeOf(records[0]);
  const bytes = new Uint8Array(size);
  using file = Deno.openSync(`${folder}/plain`, { create: true, write: true });
  const plain = timed(() => {
    file.writeSync(bytes);
    file.syncDataSync();
  });
  return [
    `outbox commit, ${(size / 1000).toFixed(1)} kB`,
    `  outbox                 ${spreadText(own, 2)}`,
    `  append and fdatasync   ${spreadText(plain, 2)}`,
  ];
}
