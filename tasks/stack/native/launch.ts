// Launches the broker: configuration, storage, class archive, process.

import { CommandError, messageOf } from "../../../lib/errors.ts";
import { exists, removeIfExists } from "../../../lib/files.ts";
import { startDetached } from "../../host/detached_process.ts";
import { platformFacts } from "../../host/platform.ts";
import { processMark } from "../../host/process_identity.ts";
import type { BrokerPorts, Starting } from "./broker.ts";
import { diagnose } from "../../diagnosis/diagnose.ts";
import { type JarSet, keyOf } from "./jars.ts";
import type { Java } from "./java.ts";
import type { Layout } from "./layout.ts";
import {
  javaArguments,
  type JavaPlan,
  log4jProperties,
  serverProperties,
} from "./broker_properties.ts";
import { writeRecord } from "./native_state.ts";

export interface LaunchPlan {
  readonly layout: Layout;
  readonly java: Java;
  readonly jars: JarSet;
  readonly port: number;
  readonly controllerPort: number;
  readonly onStart?: ((pid: number) => void) | undefined;
}

/** A new cluster id, in Kafka's format: 16 random bytes as URL-safe base64. */
export function newClusterId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  // A leading dash would be parsed as a flag.
  return id.startsWith("-") ? newClusterId() : id;
}

async function format(
  plan: LaunchPlan,
  javaPlan: JavaPlan,
  { run, env, signal }: BrokerPorts,
): Promise<void> {
  const args = javaArguments(javaPlan, "kafka.tools.StorageTool", [
    "format",
    "--cluster-id",
    newClusterId(),
    "--config",
    plan.layout.serverFile,
    "--ignore-formatted",
  ]);
  signal?.throwIfAborted();
  const { code, stdout, stderr } = await run(plan.java.program, args, {
    env: { PATH: env("PATH") ?? "" },
    signal,
  });
  signal?.throwIfAborted();
  if (code === 0) return;
  const text = (stderr + stdout).trim();
  const found = diagnose(text, "native");
  throw new CommandError(
    `cannot format ${plan.layout.dataDir}: ` +
      (found?.cause ?? messageOf(text.split("\n").at(-1))),
    found?.next ?? "remove the data (deno task destroy), then run setup again",
  );
}

/**
 * Writes the configuration, formats a new data folder, starts the broker and
 * records it at once, so that it is found even if this command is killed.
 */
export async function launch(
  plan: LaunchPlan,
  ports: BrokerPorts,
): Promise<Starting> {
  const { layout, java, jars, port, controllerPort } = plan;
  await Deno.mkdir(`${layout.stateDir}/logs`, { recursive: true });
  await Deno.mkdir(layout.dataDir, { recursive: true });
  await removeIfExists(layout.newArchive);
  await Deno.writeTextFile(
    layout.serverFile,
    serverProperties({ ...plan, dataDir: layout.dataDir }),
  );
  await Deno.writeTextFile(layout.log4jFile, log4jProperties(layout.logFile));
  // An archive is valid for one build of Java and one set of jars.
  const archive = `${jars.dir}/java-${await keyOf(java.build)}.jsa`;
  const isArchived = exists(archive);
  const javaPlan: JavaPlan = {
    jars: jars.paths,
    listSeparator: platformFacts(ports.platform).listSeparator,
    log4jFile: layout.log4jFile,
    archive: isArchived ? archive : undefined,
  };
  if (!exists(layout.formattedFile)) await format(plan, javaPlan, ports);
  const args = javaArguments(
    isArchived ? javaPlan : { ...javaPlan, newArchive: layout.newArchive },
    "kafka.Kafka",
    [layout.serverFile],
  );
  const path = ports.env("PATH") ?? "";
  const record = {
    port,
    controllerPort,
    jars: jars.key,
    ...isArchived ? {} : { archive },
  };
  // Killed between the start and its record, this command leaves a broker that
  // the next one looks for.
  writeRecord(layout.recordFile, { ...record, starting: true });
  const detached = startDetached(java.program, args, { PATH: path });
  const { pid } = detached;
  plan.onStart?.(pid);
  const mark = await processMark(pid, ports.platform, ports.run);
  const process = { pid, started: mark?.started ?? "" };
  writeRecord(layout.recordFile, { ...record, process });
  return { port, logFile: layout.logFile, process, detached };
}

/**
 * Keeps the class archive of a broker that stopped cleanly for the next start.
 * Failing to write it only costs the time that it would save.
 */
export async function keepArchive(
  layout: Layout,
  target: string | undefined,
): Promise<void> {
  if (target === undefined) return;
  const draft = `${target}.${crypto.randomUUID()}`;
  try {
    await Deno.copyFile(layout.newArchive, draft);
    await Deno.rename(draft, target);
  } catch {
    await removeIfExists(draft).catch(() => false);
  }
  await removeIfExists(layout.newArchive);
}
