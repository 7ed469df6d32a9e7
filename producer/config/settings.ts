/**
 * Gathers the settings from where they may stand: flags win over the
 * environment, the environment over `.env`, `.env` over the defaults.
 *
 * @module
 */

import type { Config } from "./config.ts";
import { messageOf, UsageError } from "../../lib/errors.ts";
import { inProjectDir } from "../../lib/project.ts";
import {
  mergeSettings,
  readSettingFile,
  realPorts,
  type SettingsPorts,
} from "../../lib/merge_settings.ts";
import { moveFiles } from "../../kafka/access.ts";
import type { KafkaKeys } from "../../kafka/credentials.ts";
import {
  flagOf,
  type RawSettings,
  type SettingName,
  settingsTable,
} from "./settings_table.ts";

/** The configuration with its paths made absolute, from the project's folder. */
export function inProject(config: Config): Config {
  return {
    ...config,
    stateDir: inProjectDir(config.stateDir),
    access: moveFiles(config.access, inProjectDir),
  };
}

/**
 * The keys to the brokers, each file read once to see that it can be used.
 *
 * @returns `undefined` for connections in the clear without a user.
 * @throws {UsageError} that names the setting, the file and what is wrong.
 */
export async function openKeys(
  { access }: Config,
  ports: Pick<SettingsPorts, "readText"> = realPorts,
): Promise<KafkaKeys | undefined> {
  if (access.tls === undefined && access.sasl === undefined) return undefined;
  // Only who needs it pays for it: 22 ms, most of them node:crypto's.
  const { kafkaKeys, tryKeys } = await import("../../kafka/credentials.ts");
  const keys = kafkaKeys(access, ports.readText);
  try {
    tryKeys(keys);
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
  return keys;
}

/**
 * Gathers all settings as text.
 *
 * @param flags The flags that were given, by {@linkcode flagOf} names.
 * @throws {UsageError} for a `.env` that cannot be read or parsed, or a key
 * file that is missing, empty or given beside a key.
 */
export function gatherSettings(
  flags: ReadonlyMap<string, string>,
  ports: SettingsPorts = realPorts,
): RawSettings {
  const read = mergeSettings(ports, (name) => flags.get(flagOf(name)));
  const settings: RawSettings = {};
  for (const { name } of settingsTable) {
    const text = read(name);
    if (text !== undefined) settings[name] = text;
  }
  const keyFile = settings.COINGECKO_API_KEY_FILE?.trim() ?? "";
  if (keyFile !== "") {
    settings.COINGECKO_API_KEY = readKey(ports, keyFile, settings);
  }
  return settings;
}

function readKey(
  ports: SettingsPorts,
  path: string,
  settings: RawSettings,
): string {
  const name: SettingName = "COINGECKO_API_KEY_FILE";
  if ((settings.COINGECKO_API_KEY ?? "") !== "") {
    throw new UsageError(
      `${name} and COINGECKO_API_KEY are both set: expected one of them`,
    );
  }
  const key = readSettingFile(ports.readText, path, name)?.trim();
  if (key === undefined) {
    throw new UsageError(`${name} "${path}": there is no such file`);
  }
  if (key === "") throw new UsageError(`${name} "${path}": the file is empty`);
  return key;
}
