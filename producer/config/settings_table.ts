// Every setting of the producer: name, default, meaning. `--help`, the docs,
// `.env.example` and the permission set are tested against this table.

import {
  accessSettingsTable,
  connectionSettings,
} from "../../kafka/kafka_settings.ts";
import type { Setting } from "../../lib/setting.ts";

const defaultIds = "bitcoin,ethereum,binancecoin,cardano,solana,ripple," +
  "polkadot,dogecoin,avalanche-2,chainlink";

/** All settings, in the order of `--help`. */
export const settingsTable = [
  ...connectionSettings,
  [
    "KAFKA_TOPIC_CREATE",
    "true",
    "create the topic and correct its settings: true or false",
  ],
  [
    "KAFKA_TOPIC_PARTITIONS",
    "1",
    "partitions, 1 to 1000; can grow, never shrink",
  ],
  [
    "KAFKA_TOPIC_REPLICATION_FACTOR",
    "1",
    "replicas of each partition, 1 to 10, when the topic is created",
  ],
  [
    "KAFKA_MIN_INSYNC_REPLICAS",
    "1",
    "replicas that must have a record before it is acknowledged",
  ],
  ["KAFKA_CLIENT_ID", "crypto-producer", "client id of the producer"],
  ...accessSettingsTable,
  ["API_INTERVAL_SECONDS", "30", "seconds between two polls, 0.1 to 86400"],
  [
    "API_TIMEOUT_SECONDS",
    "10",
    "seconds for a complete response, body included, 0.1 to 300",
  ],
  [
    "SOURCE",
    "coingecko",
    "where prices come from; see docs/your-own-source.md",
  ],
  ["SOURCE_SYSTEM", "coingecko_v3", "source_system and key of each record"],
  [
    "COINGECKO_API_URL",
    "https://api.coingecko.com/api/v3",
    "base address, ends in /api/v3",
  ],
  ["COINGECKO_API_KEY", "", "API key; sent as a header, never shown"],
  [
    "COINGECKO_API_KEY_FILE",
    "",
    "file with the key, in ./secrets/ or /run/secrets/",
  ],
  [
    "COINGECKO_API_PLAN",
    "",
    "keyless, demo or pro (default: from the address and the key)",
  ],
  ["CRYPTO_IDS", defaultIds, "CoinGecko ids of the coins, comma-separated"],
  [
    "UNCHANGED",
    "emit",
    "samples in which no last_updated_at has changed: emit or skip",
  ],
  [
    "STATE_DIR",
    "./.state",
    "folder of the outbox: ./.state or /deno-dir/crypto-producer",
  ],
  [
    "OUTBOX_MAX_RECORDS",
    "100000",
    "records that may wait for Kafka, 100 to 10000000",
  ],
  [
    "OUTBOX_MAX_MEGABYTES",
    "256",
    "their size on disk at most, 1 to 100000 (10^6 bytes)",
  ],
  [
    "ADMIN_ADDRESS",
    "127.0.0.1:9464",
    "address of /live, /ready, /status and /metrics, or off",
  ],
  [
    "LOG_FORMAT",
    "auto",
    "text, json, or auto: text on a terminal, json elsewhere",
  ],
  ["LOG_LEVEL", "info", "debug, info, warn or error"],
] as const satisfies readonly Setting[];

/** The name of a setting. */
export type SettingName = typeof settingsTable[number][0];

/** Whether a name is in the table. */
export function isSettingName(name: string): name is SettingName {
  return settingsTable.some(([known]) => known === name);
}

/** Settings as text, before they are parsed; one that is not set is absent. */
export type RawSettings = Partial<Record<SettingName, string>>;

/** The TLS and SASL settings, which the stack's own broker does not use. */
export const accessSettings: readonly SettingName[] = accessSettingsTable
  .map(([name]) => name);

/** Settings without a flag: other users can read command lines. */
export const secretSettings: readonly SettingName[] = [
  "COINGECKO_API_KEY",
  "KAFKA_SASL_PASSWORD",
  "KAFKA_SSL_KEY_PASSWORD",
];
