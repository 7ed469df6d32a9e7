/**
 * Where the native stack keeps its files.
 *
 * @module
 */

import { resolve } from "node:path";
import { CommandError } from "../../../lib/errors.ts";
import type { PlatformFacts } from "../../host/platform.ts";

/** The files of one native stack, as absolute paths. */
export interface Layout {
  /** The folder that holds all others. */
  readonly stateDir: string;
  /** The lock; beside the folder, since it outlives that. */
  readonly lockFile: string;
  /** What is remembered of the broker. */
  readonly recordFile: string;
  /** Kafka's data. */
  readonly dataDir: string;
  /** Says that the data folder is formatted. */
  readonly formattedFile: string;
  /** The broker's log. */
  readonly logFile: string;
  /** The broker's configuration. */
  readonly serverFile: string;
  /** The log's configuration. */
  readonly log4jFile: string;
  /** A class archive that a broker writes when it ends. */
  readonly newArchive: string;
}

/** The files under a folder. */
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

/**
 * Refuses folders that Kafka and Java would take for lists of folders.
 *
 * @throws {CommandError} that names the folder and the character.
 */
export function checkFolders(
  stateDir: string,
  cacheDir: string,
  facts: PlatformFacts,
): void {
  const check = (folder: string, character: string, setting: string) => {
    if (!folder.includes(character)) return;
    throw new CommandError(
      `the folder "${folder}" has a "${character}" in its name, ` +
        "which would be read as two folders",
      `choose another folder with ${setting}`,
    );
  };
  check(stateDir, ",", "STATE_DIR");
  check(cacheDir, facts.listSeparator, facts.cacheVariable);
}
