// The producer's command line.

import type { Configured } from "./settings.ts";
import { formatAddress } from "../../lib/address.ts";
import { parseProgramFlags } from "../../lib/program_flags.ts";
import { describeSecret } from "../../lib/secret.ts";
import { secretSettings, settingsTable } from "./settings_table.ts";

/** A parsed command line. */
export type ProducerCommand =
  | { readonly kind: "help" }
  | { readonly kind: "check"; readonly flags: ReadonlyMap<string, string> }
  | { readonly kind: "run"; readonly flags: ReadonlyMap<string, string> };

/**
 * Parses the command line.
 *
 * @throws {UsageError} for an unknown argument or a missing value.
 */
export function parseCommand(args: readonly string[]): ProducerCommand {
  const { has, settings: flags } = parseProgramFlags(args, {
    helpCommand: "deno task produce --help",
    boolean: ["check"],
    settings: settingsTable,
    secrets: secretSettings,
  });
  if (has("help")) return { kind: "help" };
  return { kind: has("check") ? "check" : "run", flags };
}

/** The text of `--help`. */
export function helpText(): string {
  const rows = settingsTable.map(([name, fallback, about]) => {
    const shown = fallback === ""
      ? ""
      : fallback.length > 40
      ? " (default: ten large coins)"
      : ` (default ${fallback})`;
    return `  ${name}\n      ${about}${shown}`;
  });
  return [
    "Polls prices and writes them to Kafka until Ctrl-C.",
    "",
    "Usage: deno task produce [--check] [--SETTING=VALUE ...]",
    "",
    "  --check  print the effective configuration and its warnings, look at the",
    "           brokers, then exit",
    "  --help   print this text",
    "",
    "Settings. A flag is the name in lower case with dashes (--kafka-topic=x).",
    "Flags override the environment, the environment overrides .env.",
    "",
    ...rows,
  ].join("\n");
}

/** The effective settings by name, secrets masked. */
export function describeConfig(
  { config, source }: Configured,
): Record<string, string> {
  const { topic, access: { tls, sasl } } = config;
  return {
    KAFKA_BOOTSTRAP_SERVERS: config.brokers.map(formatAddress).join(","),
    KAFKA_TOPIC: topic.name,
    KAFKA_TOPIC_CREATE: String(config.createTopic),
    KAFKA_TOPIC_PARTITIONS: String(topic.partitions),
    KAFKA_TOPIC_REPLICATION_FACTOR: String(topic.replicationFactor),
    KAFKA_MIN_INSYNC_REPLICAS: String(topic.minInsyncReplicas),
    KAFKA_CLIENT_ID: config.clientId,
    KAFKA_SASL_MECHANISM: sasl?.mechanism ?? "",
    KAFKA_SASL_USERNAME: sasl?.username ?? "",
    ...describeSecret("KAFKA_SASL_PASSWORD", sasl?.password),
    KAFKA_SSL: String(tls !== undefined),
    KAFKA_SSL_CA_FILE: tls?.caFile ?? "",
    KAFKA_SSL_CERT_FILE: tls?.certFile ?? "",
    KAFKA_SSL_KEY_FILE: tls?.keyFile ?? "",
    ...describeSecret("KAFKA_SSL_KEY_PASSWORD", tls?.keyPassword),
    API_INTERVAL_SECONDS: String(config.intervalMs / 1000),
    API_TIMEOUT_SECONDS: String(config.timeoutMs / 1000),
    SOURCE: config.source,
    SOURCE_SYSTEM: config.sourceSystem,
    ...source.settings,
    UNCHANGED: config.unchanged,
    STATE_DIR: config.stateDir,
    OUTBOX_MAX_RECORDS: String(config.outbox.records),
    OUTBOX_MAX_MEGABYTES: String(config.outbox.bytes / 1e6),
    ADMIN_ADDRESS: config.admin === undefined
      ? "off"
      : formatAddress(config.admin),
    LOG_FORMAT: config.logFormat,
    LOG_LEVEL: config.logLevel,
  };
}
