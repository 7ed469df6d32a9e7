/**
 * From a plan to a starting broker: storage, configuration, class archive.
 *
 * @module
 */

import { CommandError, messageOf } from "../../../lib/errors.ts";
import { exists, removeIfExists } from "../../../lib/files.ts";
import { type BrokerPorts, startBroker, type Starting } from "./broker.ts";
import { diagnose } from "../../diagnosis/diagnose.ts";
import { type JarSet, keyOf } from "./jars.ts";
import type { Java } from "./java.ts";
import type { Layout } from "./layout.ts";
import { type Env, platformFacts } from "../../host/platform.ts";
import {
  javaArguments,
  type JavaPlan,
  log4jProperties,
  serverProperties,
} from "./broker_properties.ts";
import { type BrokerRecord, writeRecord } from "./native_state.ts";

/** What a broker is started from. */
export interface LaunchPlan {
  /** Where its files go. */
  readonly layout: Layout;
  /** What runs it. */
  readonly java: Java;
  /** What it consists of. */
  readonly jars: JarSet;
  /** Port that serves this machine. */
  readonly port: number;
  /** Port of the controller. */
  readonly controllerPort: number;
  /** Told of the broker's pid as soon as there is one. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

/** A new cluster's id: 16 random bytes as URL-safe base64, as Kafka has it. */
export function newClusterId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  // A leading dash would be read as a flag.
  return id.startsWith("-") ? newClusterId() : id;
}

async function format(
  plan: LaunchPlan,
  javaPlan: JavaPlan,
  ports: BrokerPorts & { readonly env: Env },
): Promise<void> {
  const args = javaArguments(javaPlan, "kafka.tools.StorageTool", [
    "format",
    "--cluster-id",
    newClusterId(),
    "--config",
    plan.layout.serverFile,
    "--ignore-formatted",
  ]);
  ports.signal?.throwIfAborted();
  const { code, stdout, stderr } = await ports.run(plan.java.program, args, {
    env: { PATH: ports.env("PATH") ?? "" },
    ...ports.signal === undefined ? {} : { signal: ports.signal },
  });
  ports.signal?.throwIfAborted();
  if (code === 0) return;
  const text = (stderr + stdout).trim();
  const found = diagnose(text, "native");
  throw new CommandError(
    `cannot format ${plan.layout.dataDir}: ` +
      (found?.cause ?? messageOf(text.split("\n").at(-1))),
    found?.next ?? "deno task destroy removes what is there; then setup again",
  );
}

/**
 * Writes the configuration, formats a new data folder, starts the broker and
 * remembers it at once, so that it is found even if this command is killed.
 */
export async function launch(
  plan: LaunchPlan,
  ports: BrokerPorts & { readonly env: Env },
): Promise<Starting> {
  const { layout, java, jars } = plan;
  await Deno.mkdir(`${layout.stateDir}/logs`, { recursive: true });
  await Deno.mkdir(layout.dataDir, { recursive: true });
  await removeIfExists(layout.newArchive);
  await Deno.writeTextFile(
    layout.serverFile,
    serverProperties({ ...plan, dataDir: layout.dataDir }),
  );
  await Deno.writeTextFile(layout.log4jFile, log4jProperties(layout.logFile));
  // An archive fits one build of Java and one set of jars.
  const archive = `${jars.dir}/java-${await keyOf(java.build)}.jsa`;
  const archived = exists(archive);
  const javaPlan: JavaPlan = {
    jars: jars.paths,
    listSeparator: platformFacts(ports.platform).listSeparator,
    log4jFile: layout.log4jFile,
    archive: archived ? archive : undefined,
  };
  if (!exists(layout.formattedFile)) await format(plan, javaPlan, ports);
  const args = javaArguments(
    archived ? javaPlan : { ...javaPlan, newArchive: layout.newArchive },
    "kafka.Kafka",
    [layout.serverFile],
  );
  const starting = await startBroker(java.program, args, {
    port: plan.port,
    logFile: layout.logFile,
    path: ports.env("PATH") ?? "",
    onStart: plan.onStart,
  }, ports);
  const record: BrokerRecord = {
    port: plan.port,
    controllerPort: plan.controllerPort,
    jars: jars.key,
    process: starting.process,
    ...archived ? {} : { archive },
  };
  await writeRecord(layout.recordFile, record);
  return starting;
}

/**
 * Puts the class archive of a broker that ended cleanly where the next one
 * finds it. A cache that cannot be written costs only the time it would save.
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
