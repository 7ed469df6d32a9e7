/**
 * What is remembered of the broker between two commands.
 *
 * @module
 */

/** The process of a broker. */
export interface BrokerProcess {
  /** Its process id, which the system may give to another one later. */
  readonly pid: number;
  /** When it started, in the system's own words: tells a recycled pid. */
  readonly started: string;
}

/** The record in `broker.json`. */
export interface BrokerRecord {
  /** Port that serves this machine. */
  readonly port: number;
  /** Port of the controller, which only the broker itself uses. */
  readonly controllerPort: number;
  /** The set of jars that it runs. */
  readonly jars: string;
  /** Where the class archive is to go that this process writes at its end. */
  readonly archive?: string;
  /** The process, as long as it was not stopped. */
  readonly process?: BrokerProcess;
}

const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65535;

function parseProcess(value: unknown): BrokerProcess | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, started } = value as Record<string, unknown>;
  const isPid = Number.isSafeInteger(pid) && Number(pid) > 1;
  return isPid && typeof started === "string" && started !== ""
    ? { pid: Number(pid), started }
    : undefined;
}

/**
 * Reads a record. A process that is not fully described is left out, so that
 * no other one is ever taken for the broker.
 *
 * @returns `undefined` for anything that is no record, such as a file cut
 * short by a full disk.
 */
export function parseRecord(text: string): BrokerRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const { port, controllerPort, jars, archive } = fields;
  if (!isPort(port) || !isPort(controllerPort)) return undefined;
  if (typeof jars !== "string") return undefined;
  const process = parseProcess(fields.process);
  return {
    port,
    controllerPort,
    jars,
    ...typeof archive === "string" ? { archive } : {},
    ...process === undefined ? {} : { process },
  };
}

/** The record in `path`, or `undefined`. */
export async function readRecord(
  path: string,
): Promise<BrokerRecord | undefined> {
  try {
    return parseRecord(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Writes the record whole or not at all. */
export async function writeRecord(
  path: string,
  record: BrokerRecord,
): Promise<void> {
  const draft = `${path}.draft`;
  await Deno.writeTextFile(draft, JSON.stringify(record, null, 2) + "\n");
  await Deno.rename(draft, path);
}
