/**
 * The `deps` command: looks, decides, installs.
 *
 * @module
 */

import { CommandError, messageOf, UsageError } from "../../lib/errors.ts";
import { projectDir } from "../../lib/project.ts";
import { progress, result } from "../cli/print.ts";
import {
  exists,
  holdLock,
  makeReadable,
  readText,
  writeWhole,
} from "./disk.ts";
import { runDeno } from "./install.ts";
import {
  type Lock,
  moduleFolders,
  parseLock,
  registryFolder,
} from "./reduced_lock.ts";
import {
  formatMarker,
  type Found,
  installFailure,
  parseDepsArgs,
  parseMarker,
  planOf,
} from "./plan.ts";
import { sha256, standInExports } from "./stand_ins.ts";
import { fillVendor, isWhole, vendorMarker } from "./vendor.ts";

const modulesMarker = "node_modules/.deps.json";
const say = (line: string) => progress(`deps: ${line}`);
const help = `Installs the packages; runs by itself before other tasks.

Usage: deno task deps [--refresh]

  --refresh  where stand-ins are in place: try JSR now, not once a day
  --help     print this text

Needs the network the first time only. Where JSR cannot be reached, small
stand-ins from offline/ take the place of the three @std packages.`;

/** `.state` is the stack's: it stays only if something else is in it. */
function removeStaging(staging: string): void {
  Deno.removeSync(staging, { recursive: true });
  if ([...Deno.readDirSync(".state")].length === 0) Deno.removeSync(".state");
}

/** All that the packages are made from. */
interface Inputs {
  readonly lock: Lock;
  readonly offline: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly registry: string;
  readonly folder: string;
  readonly print: string;
}

async function readInputs(): Promise<Inputs> {
  const lockText = Deno.readTextFileSync("deno.lock");
  const texts = [Deno.version.deno, lockText];
  const offline = new Map<string, Map<string, string>>();
  for (const name of Object.keys(standInExports)) {
    const folder = `offline/${name}`;
    const files = Array.from(Deno.readDirSync(folder), (entry) => entry.name)
      .filter((file) => file.endsWith(".ts")).sort();
    const sources = new Map<string, string>();
    for (const file of files) {
      const text = Deno.readTextFileSync(`${folder}/${file}`);
      sources.set(file, text);
      texts.push(name, file, text);
    }
    offline.set(name, sources);
  }
  const registry = Deno.env.get("JSR_URL") || "https://jsr.io/";
  const folder = registryFolder(registry);
  const print = await sha256(texts.join("\0"));
  return { lock: parseLock(lockText), offline, registry, folder, print };
}

function look({ lock, folder, print }: Inputs, refresh: boolean): Found {
  const vendor = parseMarker(readText(vendorMarker));
  const modules = parseMarker(readText(modulesMarker));
  const areThere = moduleFolders(lock).every((name) =>
    exists(`node_modules/${name}/package.json`)
  );
  return {
    print,
    vendor: { marker: vendor, whole: isWhole("vendor", folder, lock) },
    modules: { marker: modules, whole: areThere },
    refresh,
    now: Date.now(),
  };
}

async function installModules(print: string): Promise<void> {
  const problem = await runDeno(".", ["install", "-q", "--frozen"]);
  if (problem !== undefined) {
    throw installFailure("npm's packages cannot be installed", problem);
  }
  makeReadable("node_modules");
  writeWhole(modulesMarker, formatMarker({ print, from: "npm" }));
  makeReadable(modulesMarker);
}

/** Makes a fresh folder; removes what killed runs left of theirs. */
function makeStaging(): string {
  Deno.mkdirSync(".state", { recursive: true });
  for (const { name } of Deno.readDirSync(".state")) {
    if (name.startsWith("deps-")) {
      Deno.removeSync(`.state/${name}`, { recursive: true });
    }
  }
  return Deno.makeTempDirSync({ dir: ".state", prefix: "deps-" });
}

async function work(inputs: Inputs, refresh: boolean): Promise<number> {
  Deno.mkdirSync("node_modules", { recursive: true });
  using _ = await holdLock(
    "node_modules/.deps.lock",
    () => say("waiting for another deno task deps ..."),
  );
  const found = look(inputs, refresh);
  const plan = planOf(found);
  if (plan.vendor || plan.modules) say("installing the packages ...");
  let code = 0;
  if (plan.vendor || plan.askJsr) {
    const staging = makeStaging();
    try {
      const { marker } = found.vendor;
      const held = plan.vendor ? undefined : marker;
      const { askJsr } = plan;
      const need = { ...inputs, staging };
      const filled = await fillVendor(need, inputs.print, askJsr, held, marker);
      if (filled.from === "jsr") {
        if (marker?.from === "stand-ins") {
          say("the real @std packages have replaced the stand-ins");
        }
      } else if (held === undefined || refresh) {
        say(warning(filled.problem));
        if (refresh) code = 1;
      }
    } finally {
      removeStaging(staging);
    }
  } else if (refresh) {
    say("nothing to refresh: the real @std packages are in place");
  }
  if (plan.modules) await installModules(inputs.print);
  return code;
}

function warning(problem: string | undefined): string {
  const reason = problem === undefined || problem === "out of reach"
    ? "JSR is out of reach"
    : installFailure("JSR's packages are refused", problem).message;
  return `warning: ${reason}: small stand-ins from offline/ take the place ` +
    "of @std/assert, @std/cli and @std/log (try JSR again: " +
    "deno task deps --refresh)";
}

async function deps(refresh: boolean): Promise<number> {
  const inputs = await readInputs();
  const { vendor, modules, askJsr } = planOf(look(inputs, refresh));
  if (!vendor && !modules && !askJsr && !refresh) return 0;
  try {
    return await work(inputs, refresh);
  } catch (error) {
    // The daily look for JSR is a courtesy; a read-only folder may go without.
    if (!vendor && !modules && !refresh) return 0;
    throw error;
  }
}

/** Runs the command; gives the exit code. */
export async function runDeps(args: readonly string[]): Promise<number> {
  try {
    const command = parseDepsArgs(args);
    if (command.kind === "help") {
      result(help);
      return 0;
    }
    Deno.chdir(projectDir);
    return await deps(command.refresh);
  } catch (error) {
    say(messageOf(error));
    if (error instanceof UsageError) {
      progress("Try: deno task deps --help");
      return 2;
    }
    const next = error instanceof CommandError
      ? error.next
      : "see that this folder is whole and writable, then: deno task deps";
    progress(`Next: ${next}`);
    return 1;
  }
}
