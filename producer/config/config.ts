// The producer's configuration: text in, checked values out. The source parses
// its own settings.

import { type LogFormat, type LogLevel, logLevels } from "../../lib/log.ts";
import { UsageError } from "../../lib/errors.ts";
import {
  booleanField,
  choiceField,
  type Field,
  integerField,
  numberField,
  parseAll,
  parseSetting,
  patternField,
  portField,
} from "../../lib/setting_parsers.ts";
import { type Address, addressField } from "../../lib/address.ts";
import { given } from "../../lib/merge_settings.ts";
import { parseBrokers, topicField } from "../../kafka/kafka_settings.ts";
import { type KafkaAccess, kafkaAccess } from "../../kafka/access.ts";
import {
  type RawSettings,
  type SettingName,
  settingsTable,
} from "./settings_table.ts";
import type { TopicChoice } from "../../kafka/topic_spec.ts";

/** The checked configuration. Durations are milliseconds. */
export interface Config {
  /** Bootstrap servers. */
  readonly brokers: readonly Address[];
  /** The port of the stack's own broker on this machine. */
  readonly hostPort: number;
  /** Client id. */
  readonly clientId: string;
  /** TLS and SASL. */
  readonly access: KafkaAccess;
  /** The topic of the records. */
  readonly topic: TopicChoice;
  /** Whether the producer may create the topic and correct its settings. */
  readonly createTopic: boolean;
  /** From one poll to the next. */
  readonly intervalMs: number;
  /** For a complete response, body included. */
  readonly timeoutMs: number;
  /** The name of the source. */
  readonly source: string;
  /** `source_system` and key of each record. */
  readonly sourceSystem: string;
  /** What to do with a sample in which no coin has changed. */
  readonly unchanged: "emit" | "skip";
  /** Folder of the outbox. */
  readonly stateDir: string;
  /** Capacity of the outbox. */
  readonly outbox: {
    readonly records: number;
    readonly bytes: number;
  };
  /** Address of the health endpoints, or `undefined` for none. */
  readonly admin: Address | undefined;
  /** Format of log lines. */
  readonly logFormat: LogFormat;
  /** Lowest level that is logged. */
  readonly logLevel: LogLevel;
}

const defaults = Object.fromEntries(
  settingsTable.map(([name, fallback]) => [name, fallback]),
) as Record<SettingName, string>;

const word = patternField(
  /^[A-Za-z0-9._-]{1,100}$/,
  "1 to 100 letters, digits, dots, dashes or underscores",
);

function scaled(factor: number, parse: Field<number>): Field<number> {
  return (text) => parse(text) * factor;
}

function parseAccess(raw: RawSettings): KafkaAccess {
  const mistakes: string[] = [];
  const access = kafkaAccess(raw, (mistake) => mistakes.push(mistake));
  if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
  return access;
}

/** The text of a setting; empty or blank text means its default. */
export function settingText(raw: RawSettings, name: SettingName): string {
  // A list that came out empty is a mistake, not a wish for the default.
  if (name === "CRYPTO_IDS" && raw[name] === "") return "";
  return given(raw[name]) ?? defaults[name];
}

/**
 * Parses all settings that are not the source's own.
 *
 * @throws {UsageError} with a line for each wrong setting: its name, its value
 * and the rule. The value of a secret is not shown.
 */
export function parseConfig(raw: RawSettings): Config {
  const text = (name: SettingName) => settingText(raw, name);
  const setting = <T>(name: SettingName, parse: Field<T>) => () =>
    parseSetting(name, text(name), parse);
  const hostPort = setting("KAFKA_HOST_PORT", portField);
  const replicationFactor = setting(
    "KAFKA_TOPIC_REPLICATION_FACTOR",
    integerField(1, 10),
  );
  const topic = () =>
    parseAll({
      name: setting("KAFKA_TOPIC", topicField),
      partitions: setting("KAFKA_TOPIC_PARTITIONS", integerField(1, 1000)),
      replicationFactor,
      minInsyncReplicas: () =>
        setting(
          "KAFKA_MIN_INSYNC_REPLICAS",
          integerField(1, replicationFactor()),
        )(),
    });
  const outbox = () =>
    parseAll({
      records: setting("OUTBOX_MAX_RECORDS", integerField(100, 10_000_000)),
      bytes: setting("OUTBOX_MAX_MEGABYTES", scaled(1e6, integerField(1, 1e5))),
    });
  return parseAll({
    brokers: () => parseBrokers(text),
    hostPort,
    clientId: setting("KAFKA_CLIENT_ID", word),
    access: () => parseAccess(raw),
    topic,
    createTopic: setting("KAFKA_TOPIC_CREATE", booleanField),
    intervalMs: setting(
      "API_INTERVAL_SECONDS",
      scaled(1000, numberField(0.1, 86_400)),
    ),
    timeoutMs: setting(
      "API_TIMEOUT_SECONDS",
      scaled(1000, numberField(0.1, 300)),
    ),
    source: () => text("SOURCE"),
    sourceSystem: setting("SOURCE_SYSTEM", word),
    unchanged: setting("UNCHANGED", choiceField(["emit", "skip"])),
    stateDir: () => text("STATE_DIR"),
    outbox,
    admin: setting(
      "ADMIN_ADDRESS",
      (address) => address === "off" ? undefined : addressField(address),
    ),
    logFormat: setting("LOG_FORMAT", choiceField(["text", "json", "auto"])),
    logLevel: setting("LOG_LEVEL", choiceField(logLevels)),
  });
}
