// Kafka's jars, downloaded once into the user's cache.

import { CommandError, messageOf } from "../../../lib/errors.ts";
import { waitForLock } from "../../../lib/file_lock.ts";
import { removeIfExists, sha256 } from "../../../lib/files.ts";
import { copyJars, type MavenPorts } from "./maven.ts";
import { platformFacts } from "../../host/platform.ts";
import pom from "./pom.xml" with { type: "text" };

export interface JarSet {
  /** Changes with `pom.xml`. */
  readonly key: string;
  readonly dir: string;
  readonly paths: readonly string[];
}

export const kafkaVersion: string =
  /kafka_2\.13<\/artifactId>\s*<version>([^<]+)/.exec(pom)?.[1] ?? "";

const manifestName = "manifest.json";

export async function keyOf(text: string): Promise<string> {
  return (await sha256(text)).slice(0, 12);
}

export function jarsKey(): Promise<string> {
  return keyOf(pom);
}

/**
 * The jars that a folder's manifest, written last, lists; or the problem, as a
 * string.
 */
async function readSet(dir: string): Promise<string[] | string> {
  let names: string[];
  let sizes: Record<string, unknown>;
  try {
    sizes = JSON.parse(await Deno.readTextFile(`${dir}/${manifestName}`));
    names = Object.keys(sizes).sort();
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    return isMissing ? "missing" : `manifest: ${messageOf(error)}`;
  }
  if (names.length === 0) return "the manifest is empty";
  const problems = await Promise.all(names.map(async (name) => {
    try {
      const { size } = await Deno.stat(`${dir}/${name}`);
      const expected = sizes[name];
      if (size === expected) return "";
      return `${name} has ${size} bytes, expected ${expected}`;
    } catch (error) {
      return `${name}: ${messageOf(error)}`;
    }
  }));
  return problems.find((problem) => problem !== "") ?? names;
}

async function writeManifest(dir: string): Promise<void> {
  const sizes: Record<string, number> = {};
  for await (const { name } of Deno.readDir(dir)) {
    if (!name.endsWith(".jar")) continue;
    sizes[name] = (await Deno.stat(`${dir}/${name}`)).size;
  }
  const text = JSON.stringify(sizes, null, 2);
  await Deno.writeTextFile(`${dir}/${manifestName}`, text);
}

/**
 * Returns the jars, and downloads them if they are incomplete; otherwise it
 * writes nothing, so a read-only cache works too. Safe to run concurrently.
 */
export async function ensureJars(
  cacheDir: string,
  ports: MavenPorts,
): Promise<JarSet> {
  const key = await jarsKey();
  const dir = `${cacheDir}/kafka-${kafkaVersion}-${key}`;
  const jarSet = (names: readonly string[]) => ({
    key,
    dir,
    paths: names.map((name) => `${dir}/${name}`),
  });
  const found = await readSet(dir);
  if (Array.isArray(found)) return jarSet(found);
  try {
    await Deno.mkdir(cacheDir, { recursive: true });
    using _lock = await waitForLock(`${dir}.lock`, {
      onWait: () =>
        ports.progress("Waiting for another command that downloads the jars"),
      signal: ports.signal,
    });
    const now = await readSet(dir);
    if (Array.isArray(now)) return jarSet(now);
    await fetchSet(dir, now, ports);
  } catch (error) {
    ports.signal?.throwIfAborted();
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      `cannot keep Kafka's jars in ${cacheDir}: ${messageOf(error)}`,
      "make the folder writable, or choose another one with " +
        platformFacts(ports.platform).cacheVariable,
      { cause: error },
    );
  }
  const fetched = await readSet(dir);
  if (Array.isArray(fetched)) return jarSet(fetched);
  throw new CommandError(
    `Kafka's jars in ${dir} are incomplete after the download: ${fetched}`,
    "check that the disk has 100 MB free, then try again",
  );
}

async function fetchSet(
  dir: string,
  problem: string,
  ports: MavenPorts,
): Promise<void> {
  // This process holds the lock, so both are leftovers of a killed one.
  const draft = `${dir}.draft`;
  const old = `${dir}.old`;
  await removeIfExists(draft);
  await removeIfExists(old);
  ports.progress(
    problem === "missing"
      ? `Downloading Kafka ${kafkaVersion} with Maven: about 60 MB, once`
      : `Downloading Kafka's jars again, they are damaged: ${problem}`,
  );
  await Deno.mkdir(draft);
  try {
    await Deno.writeTextFile(`${draft}/pom.xml`, pom);
    await copyJars(draft, ports);
    await writeManifest(draft);
    await Deno.rename(dir, old).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    await Deno.rename(draft, dir);
  } finally {
    await removeIfExists(draft);
    await removeIfExists(old);
  }
}
