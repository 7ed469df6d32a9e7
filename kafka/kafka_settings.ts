// The settings by which every program of the project finds its broker and its
// topic: their rows for the programs' tables, and their rules.

import { type Address, addressField } from "../lib/address.ts";
import { UsageError } from "../lib/errors.ts";
import type { Setting } from "../lib/setting.ts";
import {
  type Field,
  listField,
  parseSetting,
  patternField,
  portField,
} from "../lib/setting_parsers.ts";
import { type KafkaAccess, kafkaAccess, moveFiles } from "./access.ts";

/** Where broker and topic are. */
export const connectionSettings = [
  [
    "KAFKA_BOOTSTRAP_SERVERS",
    "",
    "brokers as host:port, comma-separated " +
    "(default localhost:KAFKA_HOST_PORT)",
  ],
  ["KAFKA_HOST_PORT", "9093", "port of the stack's broker on this machine"],
  ["KAFKA_TOPIC", "crypto.prices.raw", "topic of the price records"],
] as const satisfies readonly Setting[];

/** TLS and SASL; `access.ts` parses them. */
export const accessSettingsTable = [
  [
    "KAFKA_SASL_MECHANISM",
    "",
    "SASL mechanism: plain, scram-sha-256 or scram-sha-512 " +
    "(default: none)",
  ],
  ["KAFKA_SASL_USERNAME", "", "user name"],
  ["KAFKA_SASL_PASSWORD", "", "password; never shown"],
  [
    "KAFKA_SASL_PASSWORD_FILE",
    "",
    "file with the password, in ./secrets/ or /run/secrets/",
  ],
  [
    "KAFKA_SSL",
    "false",
    "TLS to the brokers: true or false; a file below implies true",
  ],
  [
    "KAFKA_SSL_CA_FILE",
    "",
    "CA certificates, PEM (default: the well-known ones)",
  ],
  ["KAFKA_SSL_CERT_FILE", "", "client certificate with its chain, PEM"],
  ["KAFKA_SSL_KEY_FILE", "", "private key of the certificate, PEM"],
  ["KAFKA_SSL_KEY_PASSWORD", "", "password of the private key; never shown"],
  [
    "KAFKA_SSL_KEY_PASSWORD_FILE",
    "",
    "file with that password, in ./secrets/ or /run/secrets/",
  ],
] as const satisfies readonly Setting[];

/** A topic's name. */
export const topicField: Field<string> = patternField(
  /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/,
  "1 to 249 letters, digits, dots, dashes or underscores",
);

/**
 * The bootstrap brokers; without any, the stack's own on this machine.
 *
 * @param text A setting's text, empty for none.
 * @throws {UsageError} with a setting's name, its value and the rule.
 */
export function parseBrokers(
  text: (name: "KAFKA_BOOTSTRAP_SERVERS" | "KAFKA_HOST_PORT") => string,
): Address[] {
  const servers = text("KAFKA_BOOTSTRAP_SERVERS");
  if (servers !== "") {
    return parseSetting(
      "KAFKA_BOOTSTRAP_SERVERS",
      servers,
      listField(addressField),
    );
  }
  const port = text("KAFKA_HOST_PORT");
  return [{
    host: "localhost",
    port: parseSetting("KAFKA_HOST_PORT", port, portField),
  }];
}

/**
 * TLS and SASL as the settings say.
 *
 * @param read A setting's text, as given.
 * @param toPath Makes a file's path absolute.
 * @throws {UsageError} with a line for each wrong setting.
 */
export function readAccess(
  read: (name: typeof accessSettingsTable[number][0]) => string | undefined,
  toPath: (path: string) => string,
): KafkaAccess {
  const raw = Object.fromEntries(
    accessSettingsTable.map(([name]) => [name, read(name)]),
  );
  const mistakes: string[] = [];
  const access = kafkaAccess(raw, (mistake) => mistakes.push(mistake));
  if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
  return moveFiles(access, toPath);
}
