// The settings of the engine spark: text in, checked values out.

import type { KafkaAccess } from "../../../kafka/access.ts";
import { readAccess, topicField } from "../../../kafka/kafka_settings.ts";
import {
  given,
  mergeSettings,
  realPorts,
  type SettingsPorts,
} from "../../../lib/merge_settings.ts";
import { inProjectDir } from "../../../lib/project.ts";
import type { Setting } from "../../../lib/setting.ts";
import {
  type Field,
  listField,
  numberField,
  parseAll,
  parseSetting,
  patternField,
} from "../../../lib/setting_parsers.ts";

/** The engine's own settings. */
export const sparkSettings = [
  [
    "SPARK_IMAGE",
    "apache/spark:3.5.7-java17-python3",
    "image of the one-shot container",
  ],
  [
    "SPARK_MEMORY",
    "1g",
    "Java heap of a job; its container may use 1 GB more",
  ],
  [
    "SPARK_IVY",
    "",
    "folder of the image that has the packages already (default: they are " +
    "fetched once and kept on a volume)",
  ],
  [
    "SPARK_PACKAGES",
    "",
    "Maven coordinates, comma-separated (default: those that fit the Spark in " +
    "use)",
  ],
  [
    "SPARK_PROPERTIES_FILE",
    "",
    "file of Spark properties that win over PART-A's",
  ],
  [
    "SPARK_NOTEBOOK",
    "hive-spark-notebook",
    "PART-A's notebook container, whose settings are used",
  ],
  [
    "SPARK_SUBMIT",
    "",
    "path of a spark-submit of your own, instead of containers",
  ],
  [
    "SPARK_KAFKA_BOOTSTRAP_SERVERS",
    "",
    "brokers as Spark reaches them (default: KAFKA_BOOTSTRAP_SERVERS, or the " +
    "stack's kafka:29092)",
  ],
  [
    "SPARK_CHECKPOINTS",
    "",
    "folder of the checkpoints on the object store (default: " +
    "_checkpoints/crypto-stream in PART-A's warehouse)",
  ],
  [
    "SPARK_NAMESPACE_PREFIX",
    "",
    "put before bronze, silver and gold: a second lake in the same catalog",
  ],
] as const satisfies readonly Setting[];

type SparkSettingName = typeof sparkSettings[number][0];

/** The checked configuration. */
export interface SparkConfig {
  readonly image: string;
  /** Java heap as Spark writes it: `1g`. */
  readonly memory: string;
  /** A folder in the image with packages; `undefined` for the volume. */
  readonly ivy: string | undefined;
  /** Maven coordinates; `undefined` for those that fit. */
  readonly packages: readonly string[] | undefined;
  /** An absolute path. */
  readonly propertiesFile: string | undefined;
  readonly notebook: string;
  readonly sparkSubmit: string | undefined;
  /** Brokers as Spark reaches them; `undefined` for the stack's own. */
  readonly brokers: string | undefined;
  readonly checkpoints: string | undefined;
  readonly prefix: string;
  readonly topic: string;
  /** How many days `maintain` keeps snapshots. */
  readonly keepDays: number;
  readonly access: KafkaAccess;
}

const defaults = new Map<string, string>(
  sparkSettings.map(([name, fallback]) => [name, fallback]),
);

const memoryField = patternField(
  /^[1-9]\d{0,5}[gm]$/,
  "a size such as 1g or 1500m",
);

const wordField = patternField(/^[^\s'"\\]+$/, "no blanks or quotes");

const prefixField = patternField(
  /^[a-z][a-z0-9_]{0,30}$/,
  "1 to 31 lower-case letters, digits or underscores, a letter first",
);

const checkpointsField = patternField(
  /^(?:s3a|hdfs|abfss?|gs|file):\/\/\S+$/,
  "an address such as s3a://warehouse/_checkpoints (s3a, not s3)",
);

const coordinateField = patternField(
  /^[\w.-]+:[\w.-]+:[\w.-]+$/,
  "group:artifact:version",
);

/** Days for which snapshots are kept. */
export const keepDaysField = numberField(0, 3_650);

/** Whether a list of brokers names this machine alone. */
function isLoopback(brokers: string): boolean {
  return brokers.split(",").every((one) =>
    /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(one.trim())
  );
}

/**
 * Reads and parses the settings: the environment wins over `.env`.
 *
 * @throws {UsageError} with a line for each wrong setting.
 */
export function readSparkConfig(ports: SettingsPorts = realPorts): SparkConfig {
  const read = mergeSettings(ports);
  const text = (name: SparkSettingName) =>
    given(read(name)) ?? defaults.get(name) ?? "";
  const setting = <T>(name: SparkSettingName, parse: Field<T>) => () =>
    parseSetting(name, text(name), parse);
  const optional = <T>(name: SparkSettingName, parse: Field<T>) => () =>
    text(name) === "" ? undefined : parseSetting(name, text(name), parse);
  const { propertiesFile, ...values } = parseAll({
    image: setting("SPARK_IMAGE", wordField),
    memory: setting("SPARK_MEMORY", memoryField),
    ivy: optional("SPARK_IVY", wordField),
    packages: optional("SPARK_PACKAGES", listField(coordinateField)),
    propertiesFile: () => text("SPARK_PROPERTIES_FILE"),
    notebook: setting("SPARK_NOTEBOOK", wordField),
    sparkSubmit: () => text("SPARK_SUBMIT") || undefined,
    brokers() {
      const own = given(read("SPARK_KAFKA_BOOTSTRAP_SERVERS"));
      const all = given(read("KAFKA_BOOTSTRAP_SERVERS"));
      return own ?? (all === undefined || isLoopback(all) ? undefined : all);
    },
    checkpoints: optional("SPARK_CHECKPOINTS", checkpointsField),
    prefix: () =>
      text("SPARK_NAMESPACE_PREFIX") === ""
        ? ""
        : setting("SPARK_NAMESPACE_PREFIX", prefixField)(),
    topic: () =>
      parseSetting(
        "KAFKA_TOPIC",
        given(read("KAFKA_TOPIC")) ?? "crypto.prices.raw",
        topicField,
      ),
    // The setting of the embedded engine, under one name.
    keepDays: () =>
      parseSetting(
        "LAKE_KEEP_DAYS",
        given(read("LAKE_KEEP_DAYS")) ?? "7",
        keepDaysField,
      ),
    access: () => readAccess(read, inProjectDir),
  });
  return {
    ...values,
    propertiesFile: propertiesFile === ""
      ? undefined
      : inProjectDir(propertiesFile),
  };
}
