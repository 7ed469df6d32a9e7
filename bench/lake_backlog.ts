// A backlog into the lake, with silver and without, beside kafkajs that only
// reads it.

import { startBare } from "./child.ts";
import { startLake } from "./lake.ts";
import type { RecordKind } from "./records.ts";
import type { Rig } from "./rig.ts";
import { toEnd, type Usage } from "./to_end.ts";

const backlog = 200_000;

function bytesBelow(path: string): number {
  const { isDirectory, size } = Deno.statSync(path);
  if (!isDirectory) return size;
  return [...Deno.readDirSync(path)]
    .reduce((sum, { name }) => sum + bytesBelow(`${path}/${name}`), 0);
}

/** What a lake takes on disk, in files and in its catalog. */
function diskText(dir: string): string {
  const all = bytesBelow(dir);
  const data = bytesBelow(`${dir}/data`);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return `${megabytes(data)} MB of files, ${megabytes(all - data)} MB of ` +
    "catalog";
}

const kinds = {
  market: "numbers of up to 17 digits",
  alike: "equal but for times, ids and a price of two decimals",
} as const;

async function backlogLines(rig: Rig, kind: RecordKind): Promise<string[]> {
  const topic = `bench-lake-backlog-${kind}`;
  await rig.createTopic(topic);
  await startBare(
    "send_all",
    rig.bootstrap,
    topic,
    ...[String(backlog), "100", kind],
  ).result();
  const bare = await toEnd(
    startBare("read_all", rig.bootstrap, topic, String(backlog)),
  );
  const drain = async (...more: readonly string[]) => {
    const dir = `${rig.folder()}/lake`;
    const lake = await startLake(rig, topic, {
      more: ["--once", ...more],
      dir,
    });
    return { ...await toEnd(lake), disk: diskText(dir) };
  };
  const lake = await drain();
  const bronze = await drain("--bronze-only");
  const line = ({ seconds, peakMb, cpuSeconds }: Usage) =>
    `${(backlog / seconds).toFixed(0)} records/s, ${seconds.toFixed(1)} s, ` +
    `${cpuSeconds.toFixed(1)} s of CPU, peak ${peakMb.toFixed(0)} MB`;
  return [
    `backlog of ${backlog} records of ten coins, ${kinds[kind]}`,
    `  lake run --once        ${line(lake)}`,
    `  the same, bronze alone ${line(bronze)}`,
    `  kafkajs reads them     ${line(bare)}`,
    `  on disk                ${lake.disk}`,
    `  bronze alone           ${bronze.disk}`,
  ];
}

/** Drains what a topic holds, beside kafkajs that only reads it. */
export async function lakeBacklog(rig: Rig): Promise<string[]> {
  return [
    ...await backlogLines(rig, "market"),
    ...await backlogLines(rig, "alike"),
  ];
}
