// `vendor/`: the real packages of JSR or the stand-ins, never a mixture.

import { exists, readText, sha256 } from "../../lib/files.ts";
import type { JsrPackage, LockedPackages } from "./deno_lock.ts";

/** What the stand-ins export, by package. */
export const standInExports: Readonly<
  Record<string, Readonly<Record<string, `./${string}.ts`>>>
> = {
  assert: { ".": "./assert.ts" },
  cli: { "./parse-args": "./parse_args.ts" },
  log: { ".": "./log.ts" },
};

/** Imports all packages that this project imports. */
export const importsOfAll =
  'import "@std/assert"; import "@std/cli/parse-args"; import "@std/log";';

/** The folder of `vendor/` for a registry: its host and its port, if any. */
export function registryFolder(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url);
  const scheme = protocol === "http:" ? "http_" : "";
  const place = scheme + hostname + (port === "" ? "" : `_${port}`);
  return (place + pathname).replace(/\/$/, "");
}

/** The packages that the project itself imports. */
export function imported({ jsr }: LockedPackages): JsrPackage[] {
  return jsr.filter(({ name }) => name in standInExports);
}

/** Whether each imported package is there, real or not. */
export function isFilled(folder: string, packages: LockedPackages): boolean {
  return imported(packages).every(({ name, version }) =>
    exists(`${folder}/@std/${name}/${version}_meta.json`)
  );
}

interface FileList {
  readonly manifest?: Readonly<Record<string, { readonly checksum: string }>>;
  /** The hash of the original list; Deno adds it when it shortens a list. */
  readonly lockfileChecksum?: string;
}

async function isPinned(base: string, integrity: string): Promise<boolean> {
  try {
    const text = Deno.readTextFileSync(`${base}_meta.json`);
    const { manifest = {}, lockfileChecksum }: FileList = JSON.parse(text);
    if ((lockfileChecksum ?? await sha256(text)) !== integrity) return false;
    for (const [file, { checksum }] of Object.entries(manifest)) {
      // Deno vendors only the files that are imported.
      const source = readText(base + file);
      const isSame = source === undefined ||
        checksum === `sha256-${await sha256(source)}`;
      if (!isSame) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * Packages that are missing or differ from what `deno.lock` pins. `deno
 * install` does not notice every difference, so this compares all hashes.
 */
export async function unpinned(
  folder: string,
  packages: LockedPackages,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { name, version, integrity } of packages.jsr) {
    const base = `${folder}/@std/${name}/${version}`;
    if (!await isPinned(base, integrity)) wrong.push(`@std/${name}@${version}`);
  }
  return wrong;
}

/** The files of one stand-in as Deno vendors a package, by path. */
export async function vendoredFiles(
  { name, version }: JsrPackage,
  readSource: (file: string) => string,
): Promise<Map<string, string>> {
  const exports = standInExports[name] ?? {};
  const files = new Map<string, string>();
  const manifest: Record<string, { size: number; checksum: string }> = {};
  for (const path of Object.values(exports)) {
    const text = readSource(path.slice(2));
    const size = new TextEncoder().encode(text).byteLength;
    const checksum = `sha256-${await sha256(text)}`;
    manifest[path.slice(1)] = { size, checksum };
    files.set(`@std/${name}/${version}/${path.slice(2)}`, text);
  }
  const versions = { [version]: {} };
  const meta = { scope: "std", name, latest: version, versions };
  files.set(`@std/${name}/meta.json`, JSON.stringify(meta));
  files.set(
    `@std/${name}/${version}_meta.json`,
    JSON.stringify({ manifest, exports }),
  );
  return files;
}

/** Replaces `vendor/` by the stand-ins. */
export async function writeStandIns(
  folder: string,
  packages: LockedPackages,
): Promise<void> {
  if (exists("vendor")) Deno.removeSync("vendor", { recursive: true });
  for (const each of imported(packages)) {
    const files = await vendoredFiles(
      each,
      (file) => Deno.readTextFileSync(`offline/${file}`),
    );
    for (const [path, text] of files) {
      const target = `${folder}/${path}`;
      const parent = target.slice(0, target.lastIndexOf("/"));
      Deno.mkdirSync(parent, { recursive: true });
      Deno.writeTextFileSync(target, text);
    }
  }
}
