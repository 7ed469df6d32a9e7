/**
 * Every setting of the producer, once: its name, its default, what it means.
 * `--help`, the README's table and the permission set are checked against it.
 *
 * @module
 */

/** One setting. Its flag is its name in lower case with dashes. */
export interface Setting {
  /** The environment variable. */
  readonly name: string;
  /** What holds when it is not given; empty for "not set". */
  readonly fallback: string;
  /** One line for people. */
  readonly about: string;
}

const defaultIds = "bitcoin,ethereum,binancecoin,cardano,solana,ripple," +
  "polkadot,dogecoin,avalanche-2,chainlink";

/** All settings, in the order in which they are shown. */
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
    about: "port on which the stack's broker serves this machine",
  },
  {
    name: "KAFKA_TOPIC",
    fallback: "crypto.prices.raw",
    about: "topic of the price records",
  },
  {
    name: "KAFKA_TOPIC_CREATE",
    fallback: "true",
    about: "create the topic and mend its settings: true or false",
  },
  {
    name: "KAFKA_TOPIC_PARTITIONS",
    fallback: "1",
    about: "partitions, 1 to 1000; can grow, never shrink",
  },
  {
    name: "KAFKA_TOPIC_REPLICATION_FACTOR",
    fallback: "1",
    about: "copies of each partition, 1 to 10, when the topic is created",
  },
  {
    name: "KAFKA_MIN_INSYNC_REPLICAS",
    fallback: "1",
    about: "copies that must hold a record before it counts as written",
  },
  {
    name: "KAFKA_CLIENT_ID",
    fallback: "crypto-producer",
    about: "name under which the brokers know the producer",
  },
  {
    name: "KAFKA_SASL_MECHANISM",
    fallback: "",
    about: "how the brokers know the user: plain, scram-sha-256 or " +
      "scram-sha-512 (default: no user)",
  },
  {
    name: "KAFKA_SASL_USERNAME",
    fallback: "",
    about: "the user's name",
  },
  {
    name: "KAFKA_SASL_PASSWORD",
    fallback: "",
    about: "the user's password; never shown",
  },
  {
    name: "KAFKA_SASL_PASSWORD_FILE",
    fallback: "",
    about: "file with the password, under ./secrets/ or /run/secrets/",
  },
  {
    name: "KAFKA_SSL",
    fallback: "false",
    about: "TLS to the brokers: true or false; a file below implies true",
  },
  {
    name: "KAFKA_SSL_CA_FILE",
    fallback: "",
    about: "authorities that sign brokers, PEM (default: the well-known ones)",
  },
  {
    name: "KAFKA_SSL_CERT_FILE",
    fallback: "",
    about: "this client's certificate with its chain, PEM",
  },
  {
    name: "KAFKA_SSL_KEY_FILE",
    fallback: "",
    about: "the certificate's private key, PEM",
  },
  {
    name: "KAFKA_SSL_KEY_PASSWORD",
    fallback: "",
    about: "what the key is encrypted with; never shown",
  },
  {
    name: "KAFKA_SSL_KEY_PASSWORD_FILE",
    fallback: "",
    about: "file with that password, under ./secrets/ or /run/secrets/",
  },
  {
    name: "API_INTERVAL_SECONDS",
    fallback: "30",
    about: "seconds between two polls, 0.1 to 86400",
  },
  {
    name: "API_TIMEOUT_SECONDS",
    fallback: "10",
    about: "seconds for a whole answer, body included, 0.1 to 300",
  },
  {
    name: "SOURCE",
    fallback: "coingecko",
    about: "where prices come from: a name in producer/sources/mod.ts",
  },
  {
    name: "SOURCE_SYSTEM",
    fallback: "coingecko_v3",
    about: "source_system of each record, and its key",
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
    about: "file with the key, under ./secrets/ or /run/secrets/",
  },
  {
    name: "COINGECKO_API_PLAN",
    fallback: "",
    about: "keyless, demo or pro (default: from the address and the key)",
  },
  {
    name: "CRYPTO_IDS",
    fallback: defaultIds,
    about: "coins by CoinGecko's ids, comma-separated",
  },
  {
    name: "UNCHANGED",
    fallback: "emit",
    about: "samples whose every last_updated_at is the previous one's: " +
      "emit or skip",
  },
  {
    name: "STATE_DIR",
    fallback: "./.state",
    about: "folder for what must last: ./.state or /deno-dir/crypto-producer",
  },
  {
    name: "OUTBOX_MAX_RECORDS",
    fallback: "100000",
    about: "records that may wait for Kafka, 100 to 10000000",
  },
  {
    name: "OUTBOX_MAX_MEGABYTES",
    fallback: "256",
    about: "what they may take on disk, 1 to 100000 (10^6 bytes)",
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

/** The settings of TLS and of users: for a real cluster, not for the stack. */
export const accessSettings: readonly SettingName[] = settingsTable
  .map(({ name }) => name)
  .filter((name) => /^KAFKA_(SASL|SSL)/.test(name));

/** Settings without a flag: every user of the machine can read command lines. */
export const secretSettings: readonly SettingName[] = [
  "COINGECKO_API_KEY",
  "KAFKA_SASL_PASSWORD",
  "KAFKA_SSL_KEY_PASSWORD",
];

/** The flag of a setting: `KAFKA_TOPIC` is `kafka-topic`. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
