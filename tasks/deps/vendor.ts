/**
 * Makes `vendor/`: the real packages of JSR, or all stand-ins, never a mixture.
 * It is made elsewhere and swapped in when it is whole.
 *
 * @module
 */

import { exists, makeReadable, readText, swap, writeTree } from "./disk.ts";
import { answers, type Problem, runDeno } from "./install.ts";
import {
  importedPackages,
  jsrProject,
  type Lock,
  lockedPackages,
  parseFileList,
} from "./reduced_lock.ts";
import { formatMarker, type Marker } from "./plan.ts";
import { sha256, vendoredFiles } from "./stand_ins.ts";

/** The marker of `vendor/`. */
export const vendorMarker = "vendor/.deps.json";

/** How long JSR's packages may take, once it has answered. */
const downloadMs = 120_000;

/** What `vendor/` is made for. */
export interface VendorNeed {
  /** The lock that pins the packages. */
  readonly lock: Lock;
  /** The registry's address. */
  readonly registry: string;
  /** The registry's folder below `vendor/`. */
  readonly folder: string;
  /** The files of `offline/`, by package. */
  readonly offline: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** An empty folder beside which nobody else works. */
  readonly staging: string;
}

/** Whether all packages that the project imports are in a vendor folder. */
export function isWhole(vendor: string, folder: string, lock: Lock): boolean {
  return importedPackages(lock).every(({ name, version }) => {
    const base = `${vendor}/${folder}/@std/${name}/${version}`;
    return exists(`${base}_meta.json`) && exists(base);
  });
}

/**
 * Compares a vendor folder with the lock; says what is not what the lock pins.
 * `deno install` does not refuse every package that differs: tried.
 */
async function compare(vendor: string, need: VendorNeed): Promise<Problem> {
  for (const { name, version, integrity } of lockedPackages(need.lock)) {
    const base = `${vendor}/${need.folder}/@std/${name}/${version}`;
    const text = readText(`${base}_meta.json`);
    if (text === undefined) continue;
    const list = parseFileList(text);
    const found = list?.lockfileChecksum ?? await sha256(text);
    const problem = `error: Integrity check failed: @std/${name}@${version} ` +
      "is not what deno.lock pins";
    if (found !== integrity) return problem;
    for (const [file, { checksum }] of Object.entries(list?.manifest ?? {})) {
      const source = readText(base + file);
      if (
        source !== undefined && `sha256-${await sha256(source)}` !== checksum
      ) return `${problem}: ${file}`;
    }
  }
  return undefined;
}

/** Whether the project's imports are found there, without a network. */
async function resolves(config: string, need: VendorNeed): Promise<Problem> {
  const probe = `${need.staging}/probe.ts`;
  const entries = ["@std/assert", "@std/cli/parse-args", "@std/log"];
  const text = entries.map((entry) => `import "${entry}";\n`).join("");
  Deno.writeTextFileSync(probe, text);
  const args = ["run", "-q", "--no-prompt", "--frozen", "--cached-only"];
  return await runDeno(".", [...args, "--config", config, probe]);
}

/** Makes a vendor folder of the real packages; says why if it cannot. */
async function stageReal(need: VendorNeed, askJsr: boolean): Promise<Problem> {
  const { staging, registry, lock } = need;
  const project = jsrProject(lock);
  Deno.writeTextFileSync(`${staging}/deno.json`, project.config);
  Deno.writeTextFileSync(`${staging}/deno.lock`, project.lock);
  const isThere = askJsr && await answers(registry);
  const args = ["install", "-q", "--frozen"];
  // Without JSR, Deno's own cache may still have them from another project.
  const problem = await runDeno(
    staging,
    isThere ? args : [...args, "--cached-only"],
    downloadMs,
  );
  const vendor = `${staging}/vendor`;
  const isHere = problem === undefined && isWhole(vendor, need.folder, lock);
  const flaw = problem ?? (isHere
    ? await compare(vendor, need) ??
      await resolves(`${staging}/deno.json`, need)
    : "error: what came is not whole");
  if (flaw === undefined) return undefined;
  if (exists(vendor)) Deno.removeSync(vendor, { recursive: true });
  return isThere ? flaw : "out of reach";
}

async function stageStandIns(need: VendorNeed): Promise<void> {
  const base = `${need.staging}/vendor/${need.folder}`;
  for (const { name, version } of importedPackages(need.lock)) {
    const sources = need.offline.get(name) ?? new Map();
    writeTree(base, await vendoredFiles(name, version, sources));
  }
}

/** What became of `vendor/`. */
export interface Filled {
  /** Where its packages come from now. */
  readonly from: Marker["from"];
  /** Why they are not JSR's own. */
  readonly problem?: Problem;
}

/**
 * Makes `vendor/` right.
 *
 * @param held Its marker, if what it holds may stay.
 */
export async function fillVendor(
  need: VendorNeed,
  print: string,
  askJsr: boolean,
  held: Marker | undefined,
  before: Marker | undefined,
): Promise<Filled> {
  const { staging, folder, lock } = need;
  const tried = askJsr ? Date.now() : before?.tried ?? 0;
  const finish = (from: Marker["from"]) => {
    const vendor = `${staging}/vendor`;
    const text = formatMarker({ print, from, tried });
    Deno.writeTextFileSync(`${vendor}/.deps.json`, text);
    makeReadable(vendor);
    swap(vendor, "vendor", `${staging}/old`);
  };
  const isForeign = before?.from !== "stand-ins" &&
    isWhole("vendor", folder, lock);
  if (
    isForeign && await compare("vendor", need) === undefined &&
    await resolves("deno.json", need) === undefined
  ) {
    Deno.writeTextFileSync(
      vendorMarker,
      formatMarker({ print, from: "jsr", tried }),
    );
    makeReadable("vendor");
    return { from: "jsr" };
  }
  const problem = await stageReal(need, askJsr);
  if (problem === undefined) {
    finish("jsr");
    return { from: "jsr" };
  }
  if (held === undefined) {
    await stageStandIns(need);
    finish("stand-ins");
  } else {
    Deno.writeTextFileSync(vendorMarker, formatMarker({ ...held, tried }));
  }
  return { from: "stand-ins", problem };
}
