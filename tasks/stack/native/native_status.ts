// The broker's status and log, for a person.

import { CommandError, UsageError } from "../../../lib/errors.ts";
import { result } from "../../cli/print.ts";
import type { ServiceStatus, Stack } from "../stack.ts";
import { type BrokerPorts, stateOf } from "./broker.ts";
import { kafkaVersion } from "./jars.ts";
import type { Layout } from "./layout.ts";
import { follow, readTail } from "./log_tail.ts";
import { isServing } from "../../host/ports.ts";
import { findBroker } from "./find_broker.ts";
import type { BrokerRecord } from "./native_state.ts";

/** The record; none if it cannot be read, as status must not fail. */
async function recordOf(
  layout: Layout,
  ports: BrokerPorts,
): Promise<BrokerRecord | undefined> {
  try {
    return await findBroker(layout, ports);
  } catch {
    return undefined;
  }
}

export async function statusOf(
  layout: Layout,
  port: number,
  ports: BrokerPorts,
): Promise<ServiceStatus[]> {
  const record = await recordOf(layout, ports);
  const process = record?.process;
  const address = `localhost:${record?.port ?? port}`;
  const kafka = (state: ServiceStatus["state"], detail: string) => [
    { name: "kafka", address, state, detail },
  ];
  if (record === undefined || process === undefined) {
    return kafka("stopped", "");
  }
  const pid = `pid ${process.pid}`;
  switch (await stateOf(process, ports)) {
    case "gone":
      return kafka("failed", `${pid} exited without being stopped`);
    case "paused":
      return kafka("failed", `${pid} is paused (SIGSTOP)`);
    case "running":
      return await isServing(record.port)
        ? kafka("running", `${pid}, Kafka ${kafkaVersion}, KRaft`)
        : kafka("starting", pid);
  }
}

const shownLines = 200;

export async function writeLogs(
  { logFile }: Layout,
  ...[service, isFollowing, signal]: Parameters<Stack["logs"]>
): Promise<void> {
  if (service !== undefined && service !== "kafka") {
    throw new UsageError(`unknown service "${service}": expected kafka`);
  }
  const { lines, position } = await readTail(logFile, shownLines);
  if (lines.length === 0 && !isFollowing) {
    throw new CommandError(
      `log not found: ${logFile}; the broker was never started`,
      "start it: deno task setup --stack=native",
    );
  }
  for (const line of lines) result(line);
  if (isFollowing) {
    await follow(logFile, { position, onLine: result, signal });
  }
}
