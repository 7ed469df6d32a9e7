// The `deps` command.

import { CommandError, UsageError } from "../../lib/errors.ts";
import { exitOf } from "../../lib/exit.ts";
import { projectDir } from "../../lib/project.ts";
import { httpFetch } from "../../lib/http_fetch.ts";
import { progress, result } from "../cli/print.ts";
import { waitForLock } from "../../lib/file_lock.ts";
import { run } from "../host/run_process.ts";
import { importedLock, parseLock } from "./deno_lock.ts";
import { exists, readText, sha256 } from "../../lib/files.ts";
import { makeReadable } from "./make_readable.ts";
import {
  importsOfAll,
  isFilled,
  registryFolder,
  standInExports,
  unpinned,
  writeStandIns,
} from "./vendor.ts";

const help = `Installs the packages; other tasks run it first.

Usage: deno task deps [--refresh]

  --refresh  replace the stand-ins by the real @std packages, if JSR is reachable
  --help     print this text

Needs the network the first time only. Where JSR is unreachable, the stand-ins
from offline/ replace the three @std packages.`;

const markerPath = "node_modules/.deps";
const lockPath = "node_modules/.deps.lock";
const importedLockPath = "node_modules/.deno.lock";
const jsrTimeoutMs = 3_000;
const installTimeoutMs = 600_000;

function log(line: string): void {
  progress(`deps: ${line}`);
}

/** The error of a failed `deno` run as a reason and a next step. */
export function installFailure(what: string, stderr: string): CommandError {
  const lines = stderr.split("\n").map((line) => line.trim());
  const error = lines.find((line) => line.startsWith("error: "));
  const cause = lines.find((line) => /^(\d+: )?error sending/.test(line));
  const reason = [error?.slice("error: ".length), cause?.replace(/^\d+: /, "")]
    .filter((text) => text !== undefined).join(": ") ||
    (lines[0] || "no reason given");
  const next = /lockfile is out of date/.test(reason)
    ? "restore both: git checkout deno.json deno.lock"
    : /[Ii]ntegrity/.test(reason)
    ? "do not use these packages: compare deno.lock with the project's own"
    : /os error (13|30|28)\b|[Pp]ermission denied/.test(stderr)
    ? "make this folder writable, check the free disk space, then try again"
    : "check the connection to the npm registry (network, proxy), then: " +
      "deno task deps";
  return new CommandError(`${what}: ${reason}`, next);
}

/** Runs this Deno; returns its error output if it fails. */
async function runDeno(args: readonly string[]): Promise<string | undefined> {
  const signal = AbortSignal.timeout(installTimeoutMs);
  const env = { NO_COLOR: "1", RUST_BACKTRACE: "0", DENO_NO_UPDATE_CHECK: "1" };
  const { code, stderr } = await run(Deno.execPath(), args, { env, signal });
  if (code === 0) return undefined;
  if (!signal.aborted) return stderr;
  return `error: deno ${args[0]} timed out after ${installTimeoutMs / 1000} s`;
}

/**
 * Fills `vendor/`, Deno's cache and `node_modules/`. Only the container uses
 * the latter: without links, since on Windows these hold absolute paths.
 */
function install(): Promise<string | undefined> {
  const lock = importedLock(Deno.readTextFileSync("deno.lock"));
  Deno.writeTextFileSync(importedLockPath, lock);
  const layout = ["--node-modules-dir=manual", "--node-modules-linker=hoisted"];
  return runDeno([
    "install",
    "-q",
    "--frozen",
    `--lock=${importedLockPath}`,
    ...layout,
  ]);
}

/** A firewall may drop packets silently, so this does not wait for long. */
async function isReachable(registry: string): Promise<boolean> {
  try {
    const url = new URL("@std/assert/meta.json", registry);
    const signal = AbortSignal.timeout(jsrTimeoutMs);
    const response = await httpFetch(url, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

type Project = Awaited<ReturnType<typeof readProject>>;

async function readProject(registry: string) {
  const lock = Deno.readTextFileSync("deno.lock");
  const standIns = Object.values(standInExports).flatMap(Object.values)
    .map((path) => Deno.readTextFileSync(`offline/${path}`));
  const parts = [Deno.version.deno, registry, lock, ...standIns];
  return {
    packages: parseLock(importedLock(lock)),
    registry,
    /** The registry's folder in `vendor/`. */
    folder: `vendor/${registryFolder(registry)}`,
    /** Changes with everything that the packages are made from. */
    fingerprint: await sha256(parts.join("\0")),
  };
}

function isInstalled({ packages, folder, fingerprint }: Project): boolean {
  return readText(markerPath) === fingerprint && isFilled(folder, packages) &&
    packages.npm.every((name) => exists(`node_modules/${name}/package.json`));
}

/** Why `vendor/` does not hold the real packages of JSR, if it does not. */
async function vendorProblem(project: Project): Promise<string | undefined> {
  const wrong = await unpinned(project.folder, project.packages);
  if (wrong.length > 0) {
    return `error: Integrity check failed: ${wrong.join(", ")}`;
  }
  const args = ["eval", "-q", "--cached-only", "--frozen", importsOfAll];
  return await runDeno(args);
}

/** Downloads the packages of JSR; returns why it could not. */
async function download(project: Project): Promise<string | undefined> {
  if (!await isReachable(project.registry)) return "JSR is unreachable";
  if (exists("vendor")) Deno.removeSync("vendor", { recursive: true });
  const problem = await install() ?? await vendorProblem(project);
  if (problem === undefined) return undefined;
  return installFailure("the packages of JSR cannot be used", problem).message;
}

async function installAll(project: Project, refresh: boolean): Promise<number> {
  const { packages, folder, fingerprint } = project;
  const isReal = await vendorProblem(project) === undefined;
  if (refresh && isReal) {
    log("nothing to refresh: the real @std packages are installed");
  }
  const problem = isReal ? undefined : await download(project);
  if (problem !== undefined) await writeStandIns(folder, packages);
  const failure = await install();
  if (failure !== undefined) {
    throw installFailure("the npm packages cannot be installed", failure);
  }
  makeReadable("vendor");
  Deno.writeTextFileSync(markerPath, fingerprint);
  makeReadable("node_modules");
  if (problem === undefined) {
    if (refresh && !isReal) log("replaced the stand-ins by the @std packages");
    return 0;
  }
  log(
    `warning: ${problem}: using the stand-ins from offline/ for @std/assert, ` +
      "@std/cli and @std/log (to try again: deno task deps --refresh)",
  );
  return refresh ? 1 : 0;
}

async function deps(registry: string, refresh: boolean): Promise<number> {
  const project = await readProject(registry);
  if (isInstalled(project) && !refresh) return 0;
  Deno.mkdirSync("node_modules", { recursive: true });
  using _ = await waitForLock(lockPath, {
    onWait: () => log("waiting for another deno task deps ..."),
  });
  if (isInstalled(project) && !refresh) return 0;
  log("installing the packages ...");
  // A run that is killed from here on leaves no marker.
  if (exists(markerPath)) Deno.removeSync(markerPath);
  return await installAll(project, refresh);
}

/**
 * Runs the command; returns the exit code.
 *
 * @param registry The address of JSR.
 */
export async function runDeps(
  args: readonly string[],
  registry: string,
): Promise<number> {
  try {
    const unknown = args.find((arg) =>
      !["--refresh", "--help", "-h"].includes(arg)
    );
    if (unknown !== undefined) {
      throw new UsageError(
        `unknown argument ${unknown}: expected --refresh or --help`,
      );
    }
    if (args.some((arg) => arg !== "--refresh")) {
      result(help);
      return 0;
    }
    Deno.chdir(projectDir);
    return await deps(registry, args.length > 0);
  } catch (error) {
    const next =
      "check that this folder is complete and writable, then: deno task deps";
    const { code, lines } = exitOf(error, "deps", { next });
    lines.forEach(progress);
    return code;
  }
}
