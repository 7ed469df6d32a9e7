// The lake's settings: text in, checked values out.

import type { KafkaAccess } from "../kafka/access.ts";
import {
  accessSettingsTable,
  connectionSettings,
  parseBrokers,
  readAccess,
  topicField,
} from "../kafka/kafka_settings.ts";
import { type Address, addressField } from "../lib/address.ts";
import { type LogFormat, type LogLevel, logLevels } from "../lib/log.ts";
import {
  given,
  mergeSettings,
  realPorts,
  type SettingsPorts,
} from "../lib/merge_settings.ts";
import { inProjectDir } from "../lib/project.ts";
import { flagOf, type Setting } from "../lib/setting.ts";
import {
  choiceField,
  type Field,
  numberField,
  parseAll,
  parseSetting,
  patternField,
} from "../lib/setting_parsers.ts";

/** The lake's own settings. */
export const ownLakeSettings = [
  ["LAKE_DIR", "./.state/lake", "folder of the lake: its catalog and its data"],
  [
    "LAKE_GROUP_ID",
    "crypto-lake",
    "consumer group whose offsets show the lag; exactly-once needs none",
  ],
  [
    "LAKE_ADDRESS",
    "127.0.0.1:9465",
    "address of the lake's page and of its /live, /ready, /status and " +
    "/metrics, or off",
  ],
  [
    "LAKE_MAINTAIN_HOURS",
    "24",
    "hours between maintenances by lake run itself, or off",
  ],
  ["LAKE_KEEP_DAYS", "7", "days for which snapshots are kept for --at"],
] as const satisfies readonly Setting[];

/** All settings of `lake run`, in the order of `--help`. */
export const lakeSettings = [
  ...ownLakeSettings,
  ...connectionSettings,
  ...accessSettingsTable,
  [
    "ADMIN_ADDRESS",
    "127.0.0.1:9464",
    "where the page asks the producer, or off",
  ],
  [
    "LOG_FORMAT",
    "auto",
    "text, json, or auto: text on a terminal, json elsewhere",
  ],
  ["LOG_LEVEL", "info", "debug, info, warn or error"],
] as const satisfies readonly Setting[];

/** Settings without a flag: other users can read command lines. */
export const secretLakeSettings: readonly string[] = [
  "KAFKA_SASL_PASSWORD",
  "KAFKA_SSL_KEY_PASSWORD",
];

type LakeSettingName = typeof lakeSettings[number][0];

/** The checked configuration; paths are absolute. */
export interface LakeConfig {
  /** The lake's folder. */
  readonly dir: string;
  /** The group whose offsets are committed after each transaction. */
  readonly groupId: string;
  /** Address of the health endpoints, or `undefined` for none. */
  readonly address: Address | undefined;
  /** Where the page asks the producer; `undefined` for not at all. */
  readonly producer: Address | undefined;
  /** Time between two maintenances in ms, or `undefined` for none. */
  readonly maintainEveryMs: number | undefined;
  /** How long a maintenance keeps snapshots, in ms. */
  readonly keepMs: number;
  /** Bootstrap servers. */
  readonly brokers: readonly Address[];
  /** The topic that is followed. */
  readonly topic: string;
  /** TLS and SASL. */
  readonly access: KafkaAccess;
  /** Format of log lines. */
  readonly logFormat: LogFormat;
  /** Lowest level that is logged. */
  readonly logLevel: LogLevel;
}

const defaults = new Map<string, string>(
  lakeSettings.map(([name, fallback]) => [name, fallback]),
);

const hoursField = numberField(0.0001, 8_760);

/**
 * Days that snapshots are kept, in ms.
 *
 * @throws {UsageError} that states the rule.
 */
export function keepField(text: string): number {
  return numberField(0, 3_650)(text) * 86_400_000;
}

const groupField = patternField(
  /^[A-Za-z0-9._-]{1,100}$/,
  "1 to 100 letters, digits, dots, dashes or underscores",
);

function optionalAddress(text: string): Address | undefined {
  return text === "off" ? undefined : addressField(text);
}

/**
 * Reads and parses the settings: a flag wins over the environment, the
 * environment over `.env`.
 *
 * @param flags The given flags, by {@linkcode flagOf} names.
 * @throws {UsageError} with a line for each wrong setting.
 */
export function readLakeConfig(
  flags: ReadonlyMap<string, string> = new Map(),
  ports: SettingsPorts = realPorts,
): LakeConfig {
  const read = mergeSettings(
    { permissions: "lakehouse", ...ports },
    (name) => flags.get(flagOf(name)),
  );
  const text = (name: LakeSettingName) =>
    given(read(name)) ?? defaults.get(name) ?? "";
  const setting = <T>(name: LakeSettingName, parse: Field<T>) => () =>
    parseSetting(name, text(name), parse);
  return parseAll({
    dir: () => inProjectDir(text("LAKE_DIR")),
    groupId: setting("LAKE_GROUP_ID", groupField),
    address: setting("LAKE_ADDRESS", optionalAddress),
    producer: setting("ADMIN_ADDRESS", optionalAddress),
    maintainEveryMs: setting(
      "LAKE_MAINTAIN_HOURS",
      (hours) => hours === "off" ? undefined : hoursField(hours) * 3_600_000,
    ),
    keepMs: setting("LAKE_KEEP_DAYS", keepField),
    brokers: () => parseBrokers(text),
    topic: setting("KAFKA_TOPIC", topicField),
    access: () => readAccess(read, inProjectDir),
    logFormat: setting("LOG_FORMAT", choiceField(["text", "json", "auto"])),
    logLevel: setting("LOG_LEVEL", choiceField(logLevels)),
  });
}
