/**
 * Every setting of the producer: name, default, meaning. `--help`, the docs,
 * `.env.example` and the permission set are tested against this table.
 *
 * @module
 */

/** One setting. Its flag is its name in lower case with dashes. */
export interface Setting {
  /** The environment variable. */
  readonly name: string;
  /** The default; empty for none. */
  readonly fallback: string;
  /** Its meaning, on one line. */
  readonly about: string;
}

const defaultIds = "bitcoin,ethereum,binancecoin,cardano,solana,ripple," +
  "polkadot,dogecoin,avalanche-2,chainlink";

/** All settings, in the order of `--help`. */
export const settingsTable = [
  {
    name: "KAFKA_BOOTSTRAP_SERVERS",
    fallback: "",
    about: "brokers as host:port, comma-separated " +
      "(default localhost:KAFKA_HOST_PORT)",
  },
  {
    name: "KAFKA_HOST_PORT",
    fallback: "9093",
    about: "port of the stack's broker on this machine",
  },
  {
    name: "KAFKA_TOPIC",
    fallback: "crypto.prices.raw",
    about: "topic of the price records",
  },
  {
    name: "KAFKA_TOPIC_CREATE",
    fallback: "true",
    about: "create the topic and correct its settings: true or false",
  },
  {
    name: "KAFKA_TOPIC_PARTITIONS",
    fallback: "1",
    about: "partitions, 1 to 1000; can grow, never shrink",
  },
  {
    name: "KAFKA_TOPIC_REPLICATION_FACTOR",
    fallback: "1",
    about: "replicas of each partition, 1 to 10, when the topic is created",
  },
  {
    name: "KAFKA_MIN_INSYNC_REPLICAS",
    fallback: "1",
    about: "replicas that must have a record before it is acknowledged",
  },
  {
    name: "KAFKA_CLIENT_ID",
    fallback: "crypto-producer",
    about: "client id of the producer",
  },
  {
    name: "KAFKA_SASL_MECHANISM",
    fallback: "",
    about: "SASL mechanism: plain, scram-sha-256 or scram-sha-512 " +
      "(default: none)",
  },
  {
    name: "KAFKA_SASL_USERNAME",
    fallback: "",
    about: "user name",
  },
  {
    name: "KAFKA_SASL_PASSWORD",
    fallback: "",
    about: "password; never shown",
  },
  {
    name: "KAFKA_SASL_PASSWORD_FILE",
    fallback: "",
    about: "file with the password, in ./secrets/ or /run/secrets/",
  },
  {
    name: "KAFKA_SSL",
    fallback: "false",
    about: "TLS to the brokers: true or false; a file below implies true",
  },
  {
    name: "KAFKA_SSL_CA_FILE",
    fallback: "",
    about: "CA certificates, PEM (default: the well-known ones)",
  },
  {
    name: "KAFKA_SSL_CERT_FILE",
    fallback: "",
    about: "client certificate with its chain, PEM",
  },
  {
    name: "KAFKA_SSL_KEY_FILE",
    fallback: "",
    about: "private key of the certificate, PEM",
  },
  {
    name: "KAFKA_SSL_KEY_PASSWORD",
    fallback: "",
    about: "password of the private key; never shown",
  },
  {
    name: "KAFKA_SSL_KEY_PASSWORD_FILE",
    fallback: "",
    about: "file with that password, in ./secrets/ or /run/secrets/",
  },
  {
    name: "API_INTERVAL_SECONDS",
    fallback: "30",
    about: "seconds between two polls, 0.1 to 86400",
  },
  {
    name: "API_TIMEOUT_SECONDS",
    fallback: "10",
    about: "seconds for a complete response, body included, 0.1 to 300",
  },
  {
    name: "SOURCE",
    fallback: "coingecko",
    about: "where prices come from; see docs/your-own-source.md",
  },
  {
    name: "SOURCE_SYSTEM",
    fallback: "coingecko_v3",
    about: "source_system and key of each record",
  },
  {
    name: "COINGECKO_API_URL",
    fallback: "https://api.coingecko.com/api/v3",
    about: "base address, ends in /api/v3",
  },
  {
    name: "COINGECKO_API_KEY",
    fallback: "",
    about: "API key; sent as a header, never shown",
  },
  {
    name: "COINGECKO_API_KEY_FILE",
    fallback: "",
    about: "file with the key, in ./secrets/ or /run/secrets/",
  },
  {
    name: "COINGECKO_API_PLAN",
    fallback: "",
    about: "keyless, demo or pro (default: from the address and the key)",
  },
  {
    name: "CRYPTO_IDS",
    fallback: defaultIds,
    about: "CoinGecko ids of the coins, comma-separated",
  },
  {
    name: "UNCHANGED",
    fallback: "emit",
    about: "samples in which no last_updated_at has changed: emit or skip",
  },
  {
    name: "STATE_DIR",
    fallback: "./.state",
    about: "folder of the outbox: ./.state or /deno-dir/crypto-producer",
  },
  {
    name: "OUTBOX_MAX_RECORDS",
    fallback: "100000",
    about: "records that may wait for Kafka, 100 to 10000000",
  },
  {
    name: "OUTBOX_MAX_MEGABYTES",
    fallback: "256",
    about: "their size on disk at most, 1 to 100000 (10^6 bytes)",
  },
  {
    name: "ADMIN_ADDRESS",
    fallback: "127.0.0.1:9464",
    about: "address of /live, /ready, /status and /metrics, or off",
  },
  {
    name: "LOG_FORMAT",
    fallback: "auto",
    about: "text, json, or auto: text on a terminal, json elsewhere",
  },
  {
    name: "LOG_LEVEL",
    fallback: "info",
    about: "debug, info, warn or error",
  },
] as const satisfies readonly Setting[];

/** The name of a setting. */
export type SettingName = typeof settingsTable[number]["name"];

/** Whether a name is in the table. */
export function isSettingName(name: string): name is SettingName {
  return settingsTable.some((setting) => setting.name === name);
}

/** Settings as text, before they are parsed; one that is not set is absent. */
export type RawSettings = Partial<Record<SettingName, string>>;

/** The TLS and SASL settings, which the stack's own broker does not use. */
export const accessSettings: readonly SettingName[] = settingsTable
  .map(({ name }) => name)
  .filter((name) => /^KAFKA_(SASL|SSL)/.test(name));

/** Settings without a flag: other users can read command lines. */
export const secretSettings: readonly SettingName[] = [
  "COINGECKO_API_KEY",
  "KAFKA_SASL_PASSWORD",
  "KAFKA_SSL_KEY_PASSWORD",
];

/** The flag of a setting: `KAFKA_TOPIC` is `kafka-topic`. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
