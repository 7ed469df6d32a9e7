// From flags, environment and `.env` to a checked configuration and its source.

import type { Clock } from "../../lib/clock.ts";
import { UsageError } from "../../lib/errors.ts";
import {
  given,
  mergeSettings,
  type ReadSetting,
  realPorts,
  type SettingsPorts,
} from "../../lib/merge_settings.ts";
import { inProjectDir } from "../../lib/project.ts";
import { parseAll } from "../../lib/setting_parsers.ts";
import { moveFiles } from "../../kafka/access.ts";
import { createSource } from "../sources/mod.ts";
import type { Source } from "../sources/source.ts";
import { type Config, parseConfig, settingText } from "./config.ts";
import { flagOf } from "../../lib/setting.ts";
import {
  isSettingName,
  type RawSettings,
  settingsTable,
} from "./settings_table.ts";

/** A configuration with its source. */
export interface Configured {
  /** Everything but the source's own settings. */
  readonly config: Config;
  /** The source that `SOURCE` names. */
  readonly source: Source;
}

/** What a configuration is made from. */
export interface ConfigurePorts extends SettingsPorts {
  /** The HTTP client of the source. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Time. */
  readonly clock: Clock;
}

/** The configuration with paths made absolute, from the project's folder. */
export function inProject(config: Config): Config {
  return {
    ...config,
    stateDir: inProjectDir(config.stateDir),
    access: moveFiles(config.access, inProjectDir),
  };
}

function gather(read: ReadSetting): RawSettings {
  const settings: RawSettings = {};
  for (const [name] of settingsTable) {
    const text = read(name);
    if (text !== undefined) settings[name] = text;
  }
  return settings;
}

/**
 * Reads all settings of the table as text.
 *
 * @param flags The given flags, by {@linkcode flagOf} names.
 * @throws {UsageError} for a `.env` that cannot be read or parsed.
 */
export function gatherSettings(
  flags: ReadonlyMap<string, string>,
  ports: SettingsPorts = realPorts,
): RawSettings {
  return gather(mergeSettings(ports, (name) => flags.get(flagOf(name))));
}

/**
 * Parses all settings, those of the source included.
 *
 * @throws {UsageError} with a line for each wrong setting.
 */
export function configure(
  flags: ReadonlyMap<string, string>,
  ports: ConfigurePorts,
): Configured {
  const read = mergeSettings(ports, (name) => flags.get(flagOf(name)));
  const raw = gather(read);
  function setting(name: string): string | undefined {
    return isSettingName(name)
      ? settingText(raw, name) || undefined
      : given(read(name));
  }
  const config = () => inProject(parseConfig(raw));
  const source = () => {
    const { intervalMs, timeoutMs } = orDefault(config);
    const { fetch, clock, readText } = ports;
    const times = { intervalMs, timeoutMs, clock };
    const name = settingText(raw, "SOURCE");
    return createSource(name, { ...times, setting, fetch, readText });
  };
  return parseAll({ config, source });
}

/** A mistake elsewhere must not hide those in the source's own settings. */
function orDefault(config: () => Config): Config {
  try {
    return config();
  } catch (error) {
    if (error instanceof UsageError) return parseConfig({});
    throw error;
  }
}
