/**
 * What `deno.lock` says of packages: pure.
 *
 * @module
 */

import { CommandError } from "../../lib/errors.ts";

/** A package of JSR as the lock pins it. */
export interface JsrPackage {
  /** Its name without the scope: `assert`. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** The hash of its list of files. */
  readonly integrity: string;
}

/** The parts of `deno.lock` that matter here. */
export interface Lock {
  /** The format's version. */
  readonly version: string;
  /** Versions by what asks for them. */
  readonly specifiers: Readonly<Record<string, string>>;
  /** JSR's packages by name and version. */
  readonly jsr: Readonly<Record<string, { readonly integrity: string }>>;
  /** npm's packages by name and version. */
  readonly npm: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What the project itself asks for. */
  readonly workspace: { readonly dependencies: readonly string[] };
}

/**
 * Reads the lock.
 *
 * @throws {CommandError} if it is no lock.
 */
export function parseLock(text: string): Lock {
  try {
    const lock = JSON.parse(text) as Partial<Lock>;
    return {
      version: lock.version ?? "",
      specifiers: lock.specifiers ?? {},
      jsr: lock.jsr ?? {},
      npm: lock.npm ?? {},
      workspace: { dependencies: lock.workspace?.dependencies ?? [] },
    };
  } catch (cause) {
    throw new CommandError(
      "deno.lock cannot be read: expected JSON",
      "restore it: git checkout deno.lock",
      { cause },
    );
  }
}

const isJsr = (specifier: string) => specifier.startsWith("jsr:");

/** The packages of JSR that the project itself imports. */
export function importedPackages(lock: Lock): JsrPackage[] {
  return lock.workspace.dependencies.filter(isJsr).map((specifier) => {
    const name = /^jsr:@std\/([^@]+)/.exec(specifier)?.[1] ?? specifier;
    const version = lock.specifiers[specifier] ?? "";
    const { integrity = "" } = lock.jsr[`@std/${name}@${version}`] ?? {};
    return { name, version, integrity };
  });
}

/** All packages of JSR, also those that only others import. */
export function lockedPackages(lock: Lock): JsrPackage[] {
  return Object.entries(lock.jsr).map(([key, { integrity }]) => {
    const [, name = key, version = ""] = /^@std\/(.+)@(.+)$/.exec(key) ?? [];
    return { name, version, integrity };
  });
}

/** The folders of `node_modules/` that every platform must have. */
export function moduleFolders(lock: Lock): string[] {
  const everywhere = Object.entries(lock.npm).filter(([, entry]) =>
    !("os" in entry || "cpu" in entry || "optional" in entry)
  );
  const names = everywhere.map(([key]) => /^(@?[^@]+)@/.exec(key)?.[1] ?? key);
  return [...new Set(names)];
}

/**
 * A project that has nothing but the packages of JSR, under the same hashes:
 * what npm does can then neither help nor hinder their installation.
 */
export function jsrProject(lock: Lock): { config: string; lock: string } {
  const dependencies = lock.workspace.dependencies.filter(isJsr);
  const imports = Object.fromEntries(
    dependencies.map((each) => [/^jsr:(@?[^@]+)/.exec(each)?.[1] ?? "", each]),
  );
  const specifiers = Object.fromEntries(
    Object.entries(lock.specifiers).filter(([name]) => isJsr(name)),
  );
  const { version, jsr } = lock;
  const reduced = { version, specifiers, jsr, workspace: { dependencies } };
  return {
    config: JSON.stringify({ imports, vendor: true, lock: { frozen: true } }),
    lock: JSON.stringify(reduced, null, 2) + "\n",
  };
}

/** The folder of `vendor/` for a registry: its host, and its port if any. */
export function registryFolder(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url);
  const scheme = protocol === "http:" ? "http_" : "";
  const place = scheme + hostname + (port === "" ? "" : `_${port}`);
  return (place + pathname).replace(/\/$/, "");
}

/** The list of a vendored package's files. */
export interface FileList {
  /** The files by path, each with its hash. */
  readonly manifest: Readonly<Record<string, { readonly checksum: string }>>;
  /** The hash of the list as it came; Deno notes it, as it shortens lists. */
  readonly lockfileChecksum?: string;
}

/** Reads `V_meta.json`; half a file is none. */
export function parseFileList(text: string | undefined): FileList | undefined {
  try {
    const { manifest = {}, ...rest } = JSON.parse(text ?? "") as FileList;
    return { manifest, ...rest };
  } catch {
    return undefined;
  }
}
