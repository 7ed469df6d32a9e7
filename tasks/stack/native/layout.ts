// The files of the native stack.

import { resolve } from "node:path";
import { CommandError, messageOf } from "../../../lib/errors.ts";
import type { PlatformFacts } from "../../host/platform.ts";

/** The files of one native stack, as absolute paths. */
export interface Layout {
  readonly stateDir: string;
  /** Beside the folder, since it outlives it. */
  readonly lockFile: string;
  readonly recordFile: string;
  readonly dataDir: string;
  /** Exists once the data folder is formatted. */
  readonly formattedFile: string;
  readonly logFile: string;
  readonly serverFile: string;
  readonly log4jFile: string;
  /** The class archive that the broker writes on exit. */
  readonly newArchive: string;
}

export function layoutOf(folder: string): Layout {
  const stateDir = resolve(folder);
  return {
    stateDir,
    lockFile: `${stateDir}.lock`,
    recordFile: `${stateDir}/broker.json`,
    dataDir: `${stateDir}/data`,
    formattedFile: `${stateDir}/data/meta.properties`,
    logFile: `${stateDir}/logs/kafka.log`,
    serverFile: `${stateDir}/server.properties`,
    log4jFile: `${stateDir}/log4j.properties`,
    newArchive: `${stateDir}/classes.jsa`,
  };
}

/** Refuses names that Kafka and Java would parse as lists of folders. */
export function checkFolders(
  stateDir: string,
  cacheDir: string,
  facts: PlatformFacts,
): void {
  const check = (folder: string, character: string, next: string) => {
    if (!folder.includes(character)) return;
    throw new CommandError(
      `the path "${folder}" contains "${character}", which separates folders ` +
        "in a list",
      next,
    );
  };
  check(stateDir, ",", "move the project to a path without a comma");
  check(
    cacheDir,
    facts.listSeparator,
    `choose another folder with ${facts.cacheVariable}`,
  );
}

export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    throw new CommandError(
      `cannot use the folder ${path}: ${messageOf(error)}`,
      "make it a folder that this user can write, then try again",
      { cause: error },
    );
  }
}
