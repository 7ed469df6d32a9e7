// A lake with a year of minutes of ten coins: what gold takes, and the memory of
// a maintenance.

import { heapFlags } from "../tasks/lake/run_lake.ts";
import { type Child, start } from "./child.ts";
import { median, medianText } from "./figures.ts";
import type { Rig } from "./rig.ts";
import { toEnd } from "./to_end.ts";

const days = 365;

function program(...args: readonly string[]): Child {
  const script = "bench/bare/lake_year.ts";
  const flags = ["--no-prompt", heapFlags()];
  return start(
    [...flags, "-P=lake", script, ...args],
    {},
    { nodeModules: false },
  );
}

/** What the rounds of a question took: ms, and CPU seconds. */
interface Times {
  readonly ms: number[];
  readonly cpu: number[];
}

/** The questions by name. */
function timesOf({ lines }: Child): Map<string, Times> {
  const times = new Map<string, Times>();
  for (const { fields } of lines) {
    const name = String(fields.name);
    const { ms, cpu } = times.get(name) ?? { ms: [], cpu: [] };
    ms.push(Number(fields.ms));
    cpu.push(Number(fields.cpu));
    times.set(name, { ms, cpu });
  }
  return times;
}

/** A year of ticks, asked and maintained. */
export async function lakeYear(rig: Rig): Promise<string[]> {
  const lakeDir = `${rig.folder()}/lake`;
  await program("fill", lakeDir, String(days)).result();
  const maintenance = program("maintain", lakeDir);
  const { seconds, peakMb } = await toEnd(maintenance);
  const { before, after } = maintenance.lines.at(-1)?.fields ?? {};
  const asking = program("ask", lakeDir);
  const { peakMb: askingMb } = await toEnd(asking);
  const times = timesOf(asking);
  const [first] = times.values();
  const ratio = (cpu: readonly number[]) =>
    (median(cpu) / median(first?.cpu ?? [])).toFixed(1);
  return [
    `a year of minutes of ten coins: ${days * 14_400} ticks`,
    `  maintenance            ${before} files to ${after}, ` +
    `${seconds.toFixed(1)} s, peak ${peakMb.toFixed(0)} MB`,
    ...Array.from(
      times,
      ([name, { ms, cpu }]) =>
        `  ${name.padEnd(26)} ${medianText(ms, "ms")}, ` +
        `${median(cpu).toFixed(2)} s of CPU, ratio ${ratio(cpu)}`,
    ),
    `  the reader's memory    peak ${askingMb.toFixed(0)} MB`,
  ];
}
