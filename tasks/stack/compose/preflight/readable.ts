/**
 * Whether the producer's user can read the project folder, which its container
 * sees read-only. What lies above the folder does not matter: a mount begins
 * at the folder itself (tried with a closed home folder).
 *
 * @module
 */

import { CommandError } from "../../../../lib/errors.ts";

/** The user and group `deno` of the producer's image. */
const user = 1993;

/** What is known of a file, in the shape of `Deno.FileInfo`. */
export interface FileFacts {
  /** Whether it is a folder. */
  readonly isDirectory: boolean;
  /** Whether it is a link; its target is looked at where it lies. */
  readonly isSymlink: boolean;
  /** The mode's bits; `null` where the system has none. */
  readonly mode: number | null;
  /** The owner; `null` likewise. */
  readonly uid: number | null;
  /** The group; `null` likewise. */
  readonly gid: number | null;
}

/** How files are looked at. */
export interface Files {
  /** What is known of a file, or `undefined` when it is not there. */
  readonly lstat: (path: string) => FileFacts | undefined;
  /** The names in a folder. */
  readonly list: (path: string) => readonly string[];
}

/** What the container reads; the last two need not be there. */
const read = [
  "lib",
  "kafka",
  "producer",
  "node_modules",
  "vendor",
  "deno.json",
  "deno.lock",
  ".env",
  "secrets",
];

function rights({ mode, uid, gid }: FileFacts): number {
  if (mode === null) return 7;
  const shift = uid === user ? 6 : gid === user ? 3 : 0;
  return mode >> shift & 7;
}

function isReadable(path: string, files: Files): boolean {
  const facts = files.lstat(path);
  if (facts === undefined || facts.isSymlink) return true;
  const wanted = facts.isDirectory ? 5 : 4;
  if ((rights(facts) & wanted) !== wanted) return false;
  return !facts.isDirectory ||
    files.list(path).every((name) => isReadable(`${path}/${name}`, files));
}

/** What the producer's user cannot read, by the names of {@linkcode read}. */
export function unreadable(projectDir: string, files: Files): string[] {
  const place = files.lstat(projectDir);
  const isClosed = place !== undefined && !place.isSymlink &&
    (rights(place) & 1) === 0;
  const closed = read.filter((name) =>
    !isReadable(`${projectDir}/${name}`, files)
  );
  return isClosed ? [".", ...closed] : closed;
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/**
 * Makes sure that the container's user can read what it needs.
 *
 * @throws {CommandError} with the one line to type.
 */
export function requireReadable(projectDir: string, files: Files): void {
  const closed = unreadable(projectDir, files);
  if (closed.length === 0) return;
  const commands = [
    ...closed.includes(".") ? ["chmod o+x ."] : [],
    ...closed.length > 1 || closed[0] !== "."
      ? [`chmod -R o+rX ${closed.filter((name) => name !== ".").join(" ")}`]
      : [],
  ];
  const what = closed.map((name) => name === "." ? "the project folder" : name);
  throw new CommandError(
    `the producer's container (user ${user}) cannot read ${what.join(", ")}`,
    `let it: cd ${quote(projectDir)} && ${commands.join(" && ")}`,
  );
}

/**
 * Makes sure that the packages are installed.
 *
 * @throws {CommandError} for a folder that is not there.
 */
export function requirePackages(projectDir: string, files: Files): void {
  const needs = [
    ["vendor", "vendor/jsr.io"],
    ["node_modules", "node_modules/kafkajs/package.json"],
  ] as const;
  for (const [folder, need] of needs) {
    if (files.lstat(`${projectDir}/${need}`) !== undefined) continue;
    throw new CommandError(
      `dependencies are missing: ${folder}/ is not there or not whole`,
      "install them: deno task deps",
    );
  }
}
