// Finds the broker that a killed `setup` started and did not come to record.

import { processMark } from "../../host/process_identity.ts";
import type { BrokerPorts } from "./broker.ts";
import type { Layout } from "./layout.ts";
import { type BrokerRecord, readRecord } from "./native_state.ts";

/** Prints each process's pid and arguments; those of Linux end in NUL. */
const listing: Readonly<Partial<Record<string, readonly [string, string[]]>>> =
  {
    linux: ["sh", [
      "-c",
      'for f in /proc/[0-9]*/cmdline; do p="${f#/proc/}"; ' +
      'printf "%s " "${p%/cmdline}"; tr "\\0\\n" "  " <"$f"; echo; done',
    ]],
    darwin: ["ps", ["-axww", "-o", "pid=,command="]],
  };

/** The pid of the broker that was started with a file, in such a listing. */
export function parseProcesses(
  text: string,
  serverFile: string,
): number | undefined {
  const line = text.split("\n").map((line) => line.trim())
    .find((line) => line.endsWith(` kafka.Kafka ${serverFile}`));
  return line === undefined ? undefined : Number.parseInt(line);
}

/** The record of the broker; what runs without being recorded is added. */
export async function findBroker(
  { recordFile, serverFile }: Layout,
  { platform, run }: BrokerPorts,
): Promise<BrokerRecord | undefined> {
  const record = readRecord(recordFile);
  const list = listing[platform];
  if (!record?.starting || record.process !== undefined || !list) {
    return record;
  }
  const { stdout } = await run(...list).catch(() => ({ stdout: "" }));
  const pid = parseProcesses(stdout, serverFile);
  const mark = pid && await processMark(pid, platform, run);
  if (!pid || !mark) return record;
  return { ...record, process: { pid, started: mark.started } };
}
