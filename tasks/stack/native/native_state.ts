// The record of the broker between two commands.

import { readText, replaceText } from "../../../lib/files.ts";
import { isObject, numberAt, textAt } from "../../../lib/json.ts";

export interface BrokerProcess {
  /** The system may reuse it for another process. */
  readonly pid: number;
  /** Its start time in the system's format, which detects a reused pid. */
  readonly started: string;
}

export interface BrokerRecord {
  readonly port: number;
  /** The controller's port, which only the broker itself uses. */
  readonly controllerPort: number;
  readonly jars: string;
  /** Where to keep the class archive that this process writes on exit. */
  readonly archive?: string;
  readonly process?: BrokerProcess;
  /** Whether one is about to start: it may run without being recorded. */
  readonly starting?: true;
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 &&
    Number(value) <= 65535;
}

function parseProcess(value: unknown): BrokerProcess | undefined {
  const pid = numberAt(value, "pid");
  const started = textAt(value, "started");
  const isPid = Number.isSafeInteger(pid) && pid > 1;
  return isPid && started !== "" ? { pid, started } : undefined;
}

/**
 * `undefined` for text that is not a record, such as a file that a full disk has
 * truncated. An incomplete process is left out, so that no other process is ever
 * mistaken for the broker.
 */
export function parseRecord(text: string): BrokerRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { port, controllerPort, jars, archive } = value;
  if (!isPort(port) || !isPort(controllerPort)) return undefined;
  if (typeof jars !== "string") return undefined;
  const process = parseProcess(value.process);
  return {
    port,
    controllerPort,
    jars,
    ...typeof archive === "string" ? { archive } : {},
    ...process === undefined ? {} : { process },
    ...value.starting === true ? { starting: true } : {},
  };
}

export function readRecord(path: string): BrokerRecord | undefined {
  const text = readText(path);
  return text === undefined ? undefined : parseRecord(text);
}

export function writeRecord(path: string, record: BrokerRecord): void {
  replaceText(path, JSON.stringify(record, null, 2) + "\n");
}
