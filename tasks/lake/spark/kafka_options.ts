// TLS and SASL for Spark's Kafka source, from the settings of all programs.

import type { KafkaAccess, SaslUser, TlsFiles } from "../../../kafka/access.ts";
import { CommandError, messageOf } from "../../../lib/errors.ts";
import type { ReadText, Secret } from "../../../lib/secret.ts";

const loginModules = {
  "plain": ["PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule"],
  "scram-sha-256": [
    "SCRAM-SHA-256",
    "org.apache.kafka.common.security.scram.ScramLoginModule",
  ],
  "scram-sha-512": [
    "SCRAM-SHA-512",
    "org.apache.kafka.common.security.scram.ScramLoginModule",
  ],
} as const satisfies Record<SaslUser["mechanism"], readonly [string, string]>;

function readFile(readText: ReadText, name: string, path: string): string {
  const text = readText(path);
  if (text !== undefined) return text;
  throw new CommandError(
    `${name} is "${path}": file not found`,
    `name a file that exists in ${name}`,
  );
}

function readSecret(readText: ReadText, name: string, secret: Secret): string {
  try {
    return secret.read(readText);
  } catch (error) {
    throw new CommandError(
      `${name}_FILE is "${secret.path}": ${messageOf(error)}`,
      `write the password into that file, or set ${name}`,
    );
  }
}

/** Within the quotes of a JAAS line. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function saslOptions(
  { mechanism, username, password }: SaslUser,
  readText: ReadText,
): Record<string, string> {
  const [name, module] = loginModules[mechanism];
  const word = readSecret(readText, "KAFKA_SASL_PASSWORD", password);
  return {
    "kafka.sasl.mechanism": name,
    "kafka.sasl.jaas.config": `${module} required ` +
      `username=${quoted(username)} password=${quoted(word)};`,
  };
}

/** Kafka's Java client reads PEM itself, but keys in PKCS #8 alone. */
function tlsOptions(
  files: TlsFiles,
  readText: ReadText,
): Record<string, string> {
  const options: Record<string, string> = {};
  if (files.caFile !== undefined) {
    options["kafka.ssl.truststore.type"] = "PEM";
    options["kafka.ssl.truststore.certificates"] = readFile(
      readText,
      "KAFKA_SSL_CA_FILE",
      files.caFile,
    );
  }
  if (files.certFile === undefined || files.keyFile === undefined) {
    return options;
  }
  const key = readFile(readText, "KAFKA_SSL_KEY_FILE", files.keyFile);
  const kind = /-----BEGIN ((?:RSA|EC|DSA) PRIVATE KEY)-----/.exec(key)?.[1];
  if (kind !== undefined) {
    throw new CommandError(
      `KAFKA_SSL_KEY_FILE is "${files.keyFile}": Spark's Kafka client does ` +
        `not read "${kind}", only "PRIVATE KEY" (PKCS #8)`,
      `convert it: openssl pkcs8 -topk8 -nocrypt -in ${files.keyFile} -out ` +
        "FILE, and name FILE",
    );
  }
  options["kafka.ssl.keystore.type"] = "PEM";
  options["kafka.ssl.keystore.key"] = key;
  options["kafka.ssl.keystore.certificate.chain"] = readFile(
    readText,
    "KAFKA_SSL_CERT_FILE",
    files.certFile,
  );
  if (files.keyPassword !== undefined) {
    options["kafka.ssl.key.password"] = readSecret(
      readText,
      "KAFKA_SSL_KEY_PASSWORD",
      files.keyPassword,
    );
  }
  return options;
}

/**
 * The options `kafka.*` of Spark's source; none for plaintext without users.
 *
 * @throws {CommandError} for a file that is missing, or that Java's client
 * cannot read.
 */
export function kafkaOptions(
  { tls, sasl }: KafkaAccess,
  readText: ReadText,
): Record<string, string> {
  if (tls === undefined && sasl === undefined) return {};
  const protocol = sasl === undefined
    ? "SSL"
    : tls === undefined
    ? "SASL_PLAINTEXT"
    : "SASL_SSL";
  return {
    "kafka.security.protocol": protocol,
    ...sasl === undefined ? {} : saslOptions(sasl, readText),
    ...tls === undefined ? {} : tlsOptions(tls, readText),
  };
}
