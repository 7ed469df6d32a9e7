// Checks that the users of the containers can read the project folder, which is
// mounted into them. The folders above it do not matter to a mount (tried with
// a closed home folder).

import { CommandError } from "../../../../lib/errors.ts";

/**
 * The user and group `deno` of the producer's image. What it can read as one of
 * the others, the users of all images can.
 */
const user = 1993;

export type FileFacts = Pick<
  Deno.FileInfo,
  "isDirectory" | "isSymlink" | "mode" | "uid" | "gid"
>;

export interface Files {
  readonly lstat: (path: string) => FileFacts | undefined;
  readonly list: (path: string) => readonly string[];
}

function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function list(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map(({ name }) => name);
  } catch (error) {
    // The container's user, whose folder it is, can read what is inside.
    if (error instanceof Deno.errors.PermissionDenied) return [];
    throw error;
  }
}

export const realFiles: Files = { lstat, list };

/** What the producer reads; the last two are optional. */
const readByProducer = [
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
  if (mode === null) return 7; // A system without modes.
  const shift = uid === user ? 6 : gid === user ? 3 : 0;
  return mode >> shift & 7;
}

function isReadable(path: string, files: Files): boolean {
  const facts = files.lstat(path);
  // The target of a link is checked where it is.
  if (facts === undefined || facts.isSymlink) return true;
  const wanted = facts.isDirectory ? 5 : 4;
  if ((rights(facts) & wanted) !== wanted) return false;
  return !facts.isDirectory ||
    files.list(path).every((name) => isReadable(`${path}/${name}`, files));
}

function unreadable(
  projectDir: string,
  files: Files,
  read: readonly string[],
): string[] {
  const folder = files.lstat(projectDir);
  const isClosed = folder !== undefined && !folder.isSymlink &&
    (rights(folder) & 1) === 0;
  const closed = read.filter((name) =>
    !isReadable(`${projectDir}/${name}`, files)
  );
  return isClosed ? [".", ...closed] : closed;
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** Checks the folders of the producer, and `more` of other services. */
export function requireReadable(
  projectDir: string,
  files: Files,
  more: readonly string[] = [],
): void {
  const read = [...readByProducer, ...more];
  const closed = unreadable(projectDir, files, read);
  if (closed.length === 0) return;
  const commands = [
    ...closed.includes(".") ? ["chmod o+x ."] : [],
    ...closed.length > 1 || closed[0] !== "."
      ? [`chmod -R o+rX ${closed.filter((name) => name !== ".").join(" ")}`]
      : [],
  ];
  const what = closed.map((name) => name === "." ? "the project folder" : name);
  const whose = closed.every((name) => more.includes(name))
    ? "a container"
    : `the producer's container (user ${user})`;
  throw new CommandError(
    `${whose} cannot read ${what.join(", ")}`,
    `make it readable: cd ${quote(projectDir)} && ${commands.join(" && ")}`,
  );
}

export function requirePackages(projectDir: string, files: Files): void {
  const needs = [
    ["vendor", "vendor/jsr.io"],
    ["node_modules", "node_modules/kafkajs/package.json"],
  ] as const;
  for (const [folder, need] of needs) {
    if (files.lstat(`${projectDir}/${need}`) !== undefined) continue;
    throw new CommandError(
      `dependencies are missing: ${folder}/ is absent or incomplete`,
      "install them: deno task deps",
    );
  }
}
