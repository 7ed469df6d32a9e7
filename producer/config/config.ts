/**
 * The producer's configuration: text in, checked values out.
 *
 * @module
 */

import { type LogFormat, type LogLevel, logLevels } from "../../lib/log.ts";
import { messageOf, UsageError } from "../../lib/errors.ts";
import {
  booleanField,
  choiceField,
  integerField,
  listField,
  numberField,
  patternField,
  portField,
} from "../../lib/setting_parsers.ts";
import { type Address, addressField } from "../../lib/address.ts";
import { type KafkaAccess, kafkaAccess } from "../../kafka/access.ts";
import {
  type RawSettings,
  type SettingName,
  settingsTable,
} from "./settings_table.ts";
import { coingeckoAccess } from "../sources/coingecko_access.ts";
import type { CoingeckoAccess } from "../sources/coingecko_access.ts";
import type { TopicChoice } from "../../kafka/topic_spec.ts";

/** The checked configuration. Durations are milliseconds. */
export interface Config {
  /** Brokers to ask first. */
  readonly brokers: readonly Address[];
  /** The port on this machine at which the stack's own broker serves. */
  readonly hostPort: number;
  /** The name given to the brokers. */
  readonly clientId: string;
  /** How to get in at the brokers. */
  readonly access: KafkaAccess;
  /** The topic that takes the records. */
  readonly topic: TopicChoice;
  /** Whether the producer may create the topic and mend its settings. */
  readonly createTopic: boolean;
  /** From one slot to the next. */
  readonly intervalMs: number;
  /** For one whole answer, its body included. */
  readonly timeoutMs: number;
  /** The source's name. */
  readonly source: string;
  /** `source_system` and key of each record. */
  readonly sourceSystem: string;
  /** How to reach CoinGecko. */
  readonly coingecko: CoingeckoAccess;
  /** The coins to ask for, by the source's ids. */
  readonly ids: readonly string[];
  /** Whether samples that bring nothing new become records. */
  readonly unchanged: "emit" | "skip";
  /** Folder for what must last. */
  readonly stateDir: string;
  /** How much may wait for Kafka. */
  readonly outbox: {
    /** How many records. */
    readonly records: number;
    /** How many bytes. */
    readonly bytes: number;
  };
  /** Where health is served, or `undefined` for nowhere. */
  readonly admin: Address | undefined;
  /** How log lines look. */
  readonly logFormat: LogFormat;
  /** The least level that is logged. */
  readonly logLevel: LogLevel;
}

const fallbacks = Object.fromEntries(
  settingsTable.map(({ name, fallback }) => [name, fallback]),
) as Record<SettingName, string>;

const topicName = patternField(
  /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/,
  "1 to 249 letters, digits, dots, dashes or underscores",
);
const word = patternField(
  /^[A-Za-z0-9._-]{1,100}$/,
  "1 to 100 letters, digits, dots, dashes or underscores",
);
const coinId = patternField(
  /^[a-z0-9._-]{1,100}$/,
  "coin ids of lower-case letters, digits, dots, dashes or underscores",
);

/**
 * Checks every setting and gives the whole configuration.
 *
 * @param raw The settings as text. An empty one counts as not given.
 * @throws {UsageError} that names each wrong setting, its value and the rule,
 * a line each. A secret's value is not shown.
 */
export function parseConfig(raw: RawSettings): Config {
  const problems: string[] = [];
  const textOf = (name: SettingName) => {
    const text = raw[name]?.trim() ?? "";
    return text === "" ? fallbacks[name] : text;
  };
  function read<T>(name: SettingName, parse: (text: string) => T): T {
    try {
      return parse(textOf(name));
    } catch (error) {
      problems.push(`${name} is "${textOf(name)}": ${messageOf(error)}`);
      // Never seen by a caller: any problem throws before the return.
      return undefined as T;
    }
  }
  // A list given as commas and blanks is not the default, but a mistake.
  const ids = raw.CRYPTO_IDS === "" ? "" : textOf("CRYPTO_IDS");
  const hostPort = read("KAFKA_HOST_PORT", portField);
  const replicationFactor = read(
    "KAFKA_TOPIC_REPLICATION_FACTOR",
    integerField(1, 10),
  );
  const config: Config = {
    brokers: read(
      "KAFKA_BOOTSTRAP_SERVERS",
      (text) =>
        text === ""
          ? [{ host: "localhost", port: hostPort }]
          : listField(addressField)(text),
    ),
    hostPort,
    clientId: read("KAFKA_CLIENT_ID", word),
    access: kafkaAccess(raw, (problem) => problems.push(problem)),
    topic: {
      name: read("KAFKA_TOPIC", topicName),
      partitions: read("KAFKA_TOPIC_PARTITIONS", integerField(1, 1000)),
      replicationFactor,
      minInsyncReplicas: read(
        "KAFKA_MIN_INSYNC_REPLICAS",
        integerField(1, replicationFactor ?? 10),
      ),
    },
    createTopic: read("KAFKA_TOPIC_CREATE", booleanField),
    intervalMs: read("API_INTERVAL_SECONDS", numberField(0.1, 86_400)) * 1000,
    timeoutMs: read("API_TIMEOUT_SECONDS", numberField(0.1, 300)) * 1000,
    source: read("SOURCE", word),
    sourceSystem: read("SOURCE_SYSTEM", word),
    coingecko: read(
      "COINGECKO_API_URL",
      (url) =>
        coingeckoAccess(
          url,
          raw.COINGECKO_API_KEY?.trim() ?? "",
          raw.COINGECKO_API_PLAN?.trim() ?? "",
        ),
    ),
    ids: read("CRYPTO_IDS", () => listField(coinId)(ids)),
    unchanged: read("UNCHANGED", choiceField(["emit", "skip"])),
    stateDir: textOf("STATE_DIR"),
    outbox: {
      records: read("OUTBOX_MAX_RECORDS", integerField(100, 10_000_000)),
      bytes: read("OUTBOX_MAX_MEGABYTES", integerField(1, 100_000)) * 1e6,
    },
    admin: read(
      "ADMIN_ADDRESS",
      (text) => text === "off" ? undefined : addressField(text),
    ),
    logFormat: read("LOG_FORMAT", choiceField(["text", "json", "auto"])),
    logLevel: read("LOG_LEVEL", choiceField(logLevels)),
  };
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return config;
}
