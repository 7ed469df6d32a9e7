/**
 * Kafka's jars, fetched once by Maven into the user's cache.
 *
 * @module
 */

import { Failure, messageOf } from "../../producer/errors.ts";
import type { Run } from "../stack/process.ts";
import type { Progress } from "../stack/stack.ts";
import { installAdvice, mavenProgram, type Platform } from "./platform.ts";

const pomUrl = new URL("./pom.xml", import.meta.url);
const manifestName = "manifest.json";

/** Names of jars with their sizes in bytes. */
export type Manifest = Readonly<Record<string, number>>;

function sizes(folder: string): Manifest {
  const jars: Record<string, number> = {};
  for (const { name } of Deno.readDirSync(folder)) {
    if (name.endsWith(".jar")) {
      jars[name] = Deno.statSync(`${folder}/${name}`).size;
    }
  }
  return jars;
}

/** Whether a folder holds exactly what its manifest says. */
export function isWhole(folder: string): boolean {
  try {
    const manifest: Manifest = JSON.parse(
      Deno.readTextFileSync(`${folder}/${manifestName}`),
    );
    const found = sizes(folder);
    const names = Object.keys(manifest);
    return names.length > 0 &&
      names.every((name) => found[name] === manifest[name]);
  } catch {
    return false;
  }
}

async function folderName(pom: string): Promise<string> {
  const bytes = new TextEncoder().encode(pom);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return `kafka-${new Uint8Array(hash).toHex().slice(0, 12)}`;
}

/** The line of Maven's output that says why it failed. */
export function mavenReason(output: string): string {
  const lines = output.split("\n").filter((line) => line.includes("[ERROR]"));
  const text = lines[0] ?? output.trim().split("\n")[0] ?? "";
  return text.replace(/^.*\[ERROR\]\s*/, "").slice(0, 300) ||
    "Maven gave no reason";
}

async function fetchJars(
  run: Run,
  platform: Platform,
  pom: string,
  target: string,
): Promise<void> {
  const program = mavenProgram[platform];
  let result;
  try {
    result = await run(program, [
      "-q",
      "-B",
      "-f",
      pom,
      "dependency:copy-dependencies",
      "-DincludeScope=runtime",
      `-DoutputDirectory=${target}`,
    ]);
  } catch (error) {
    throw new Failure(
      `there is no Maven (${program}), which fetches Kafka's jars`,
      installAdvice[platform],
      { cause: error },
    );
  }
  if (result.code !== 0) {
    throw new Failure(
      "Maven cannot fetch Kafka's jars: " +
        mavenReason(result.stdout + result.stderr),
      "check the way to Maven Central (proxy? settings.xml?), then try again",
    );
  }
}

/**
 * The folder with the jars; they are fetched if they are not there whole.
 *
 * @throws {Failure} without Maven, without a network or with a cache folder
 * that cannot be written.
 */
export async function ensureJars(
  options: {
    readonly run: Run;
    readonly platform: Platform;
    readonly cacheDir: string;
    readonly progress: Progress;
  },
): Promise<string> {
  const { run, platform, cacheDir, progress } = options;
  const pom = Deno.readTextFileSync(pomUrl);
  const folder = `${cacheDir}/${await folderName(pom)}`;
  if (isWhole(folder)) return folder;
  const fresh = `${folder}.new-${crypto.randomUUID().slice(0, 8)}`;
  try {
    Deno.mkdirSync(fresh, { recursive: true });
    Deno.writeTextFileSync(`${fresh}/pom.xml`, pom);
  } catch (error) {
    throw new Failure(
      `the cache folder ${cacheDir} cannot be written: ${messageOf(error)}`,
      "make it writable, or set XDG_CACHE_HOME to a folder that is",
      { cause: error },
    );
  }
  progress("Fetching Kafka's jars with Maven, once (about 56 MB) ...");
  const timer = setInterval(() => {
    const jars = Object.values(sizes(fresh));
    const bytes = jars.reduce((sum, size) => sum + size, 0);
    progress(`  ${jars.length} jars, ${Math.round(bytes / 1e6)} MB`);
  }, 3_000);
  try {
    await fetchJars(run, platform, `${fresh}/pom.xml`, fresh);
    Deno.writeTextFileSync(
      `${fresh}/${manifestName}`,
      JSON.stringify(sizes(fresh)),
    );
    replace(fresh, folder);
  } finally {
    clearInterval(timer);
    removeLeftovers(cacheDir, fresh);
  }
  return folder;
}

function replace(fresh: string, folder: string): void {
  // Another run may have been quicker; its jars are as good.
  if (isWhole(folder)) return;
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  try {
    Deno.renameSync(fresh, folder);
  } catch (error) {
    if (!isWhole(folder)) throw error;
  }
}

const staleMs = 60 * 60 * 1000;

/** Removes our own unfinished download, and those that killed runs left. */
function removeLeftovers(cacheDir: string, own: string): void {
  for (const { name } of Deno.readDirSync(cacheDir)) {
    const path = `${cacheDir}/${name}`;
    if (!/^kafka-[0-9a-f]+\.new-/.test(name)) continue;
    const made = Deno.statSync(path).mtime?.getTime() ?? 0;
    if (path === own || Date.now() - made > staleMs) {
      Deno.removeSync(path, { recursive: true });
    }
  }
}
