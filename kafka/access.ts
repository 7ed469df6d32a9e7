// How this client authenticates to the brokers: TLS and SASL settings. The
// files that they name are read in `credentials.ts`.

import { messageOf } from "../lib/errors.ts";
import { given } from "../lib/merge_settings.ts";
import {
  booleanField,
  choiceField,
  patternField,
} from "../lib/setting_parsers.ts";
import { type Secret, secretOf } from "../lib/secret.ts";

/** Settings as text, by name. */
export type RawSettings = Readonly<Record<string, string | undefined>>;

/** SASL mechanisms, Kafka's names in lower case. */
export const saslMechanisms = [
  "plain",
  "scram-sha-256",
  "scram-sha-512",
] as const;

/** One of {@linkcode saslMechanisms}. */
export type SaslMechanism = typeof saslMechanisms[number];

/** TLS files in PEM format. */
export interface TlsFiles {
  /** Authorities that sign the brokers' certificates; the system's by default. */
  readonly caFile: string | undefined;
  /** This client's certificate chain. */
  readonly certFile: string | undefined;
  /** The certificate's private key. */
  readonly keyFile: string | undefined;
  /** Decrypts the private key. */
  readonly keyPassword: Secret | undefined;
}

/** SASL credentials. */
export interface SaslUser {
  /** The SASL mechanism. */
  readonly mechanism: SaslMechanism;
  /** Not a secret. */
  readonly username: string;
  /** Text or a file, read for each authentication. */
  readonly password: Secret;
}

/** TLS and SASL settings. */
export interface KafkaAccess {
  /** `undefined` for plaintext connections. */
  readonly tls: TlsFiles | undefined;
  /** `undefined` for no authentication. */
  readonly sasl: SaslUser | undefined;
}

/** Gets one line for each mistake. */
type Complain = (problem: string) => void;

// A control character would end a field of the protocol.
// deno-lint-ignore no-control-regex -- these are what is rejected
const userName = patternField(/^[^\x00-\x1f]{1,255}$/, "1 to 255 characters");

function tlsFiles(raw: RawSettings, complain: Complain): TlsFiles | undefined {
  const caFile = given(raw.KAFKA_SSL_CA_FILE);
  const certFile = given(raw.KAFKA_SSL_CERT_FILE);
  const keyFile = given(raw.KAFKA_SSL_KEY_FILE);
  const keyPassword = secretOf("KAFKA_SSL_KEY_PASSWORD", raw, complain);
  if (certFile !== undefined && keyFile === undefined) {
    complain(
      `KAFKA_SSL_CERT_FILE is "${certFile}": ` +
        "expected KAFKA_SSL_KEY_FILE with its private key beside it",
    );
  }
  if (keyFile !== undefined && certFile === undefined) {
    complain(
      `KAFKA_SSL_KEY_FILE is "${keyFile}": ` +
        "expected KAFKA_SSL_CERT_FILE with its certificate beside it",
    );
  }
  if (keyPassword !== undefined && keyFile === undefined) {
    complain("KAFKA_SSL_KEY_PASSWORD is set: expected KAFKA_SSL_KEY_FILE too");
  }
  const switched = given(raw.KAFKA_SSL);
  const implied = caFile ?? certFile ?? keyFile;
  try {
    const on = booleanField(switched ?? String(implied !== undefined));
    if (!on && implied === undefined) return undefined;
    if (!on) {
      complain(`KAFKA_SSL is "false": expected true with "${implied}" given`);
    }
  } catch (error) {
    complain(`KAFKA_SSL is "${switched}": ${messageOf(error)}`);
  }
  return { caFile, certFile, keyFile, keyPassword };
}

function saslUser(raw: RawSettings, complain: Complain): SaslUser | undefined {
  const word = given(raw.KAFKA_SASL_MECHANISM);
  const username = given(raw.KAFKA_SASL_USERNAME);
  const password = secretOf("KAFKA_SASL_PASSWORD", raw, complain);
  const choices = saslMechanisms.join(" or ");
  if (word === undefined) {
    if (username !== undefined || password !== undefined) {
      complain(
        "KAFKA_SASL_MECHANISM is not set, but a user or a password is: " +
          `expected ${choices}`,
      );
    }
    return undefined;
  }
  try {
    const mechanism = choiceField(saslMechanisms)(word.toLowerCase());
    if (username === undefined) {
      complain("KAFKA_SASL_USERNAME is not set: expected the user's name");
    } else {
      userName(username);
    }
    if (password === undefined) {
      complain(
        "KAFKA_SASL_PASSWORD is not set: expected it or " +
          "KAFKA_SASL_PASSWORD_FILE",
      );
    }
    if (username === undefined || password === undefined) return undefined;
    return { mechanism, username, password };
  } catch (error) {
    const name = saslMechanisms.some((known) => known === word.toLowerCase())
      ? "KAFKA_SASL_USERNAME"
      : "KAFKA_SASL_MECHANISM";
    complain(`${name} is "${raw[name]}": ${messageOf(error)}`);
    return undefined;
  }
}

/**
 * Reads the settings `KAFKA_SSL*` and `KAFKA_SASL*`.
 *
 * @param raw The settings as text.
 * @param complain Gets each mistake, never a secret.
 */
export function kafkaAccess(
  raw: RawSettings,
  complain: (problem: string) => void,
): KafkaAccess {
  return { tls: tlsFiles(raw, complain), sasl: saslUser(raw, complain) };
}

/** Warnings about settings that work but are unsafe. */
export function accessWarnings({ tls, sasl }: KafkaAccess): string[] {
  return sasl?.mechanism === "plain" && tls === undefined
    ? [
      "KAFKA_SASL_MECHANISM=plain without TLS sends the password in plain text: " +
      "set KAFKA_SSL=true, or choose scram-sha-512",
    ]
    : [];
}

/** The files to read, each with its setting's name. */
export function accessFiles(
  { tls, sasl }: KafkaAccess,
): { readonly path: string; readonly setting: string }[] {
  const files: [string, string | undefined][] = [
    ["KAFKA_SSL_CA_FILE", tls?.caFile],
    ["KAFKA_SSL_CERT_FILE", tls?.certFile],
    ["KAFKA_SSL_KEY_FILE", tls?.keyFile],
    ["KAFKA_SSL_KEY_PASSWORD_FILE", tls?.keyPassword?.path],
    ["KAFKA_SASL_PASSWORD_FILE", sasl?.password.path],
  ];
  return files.flatMap(([setting, path]) =>
    path === undefined ? [] : [{ path, setting }]
  );
}

/** The same settings with every path changed. */
export function moveFiles(
  { tls, sasl }: KafkaAccess,
  change: (path: string) => string,
): KafkaAccess {
  const move = (path: string | undefined) =>
    path === undefined ? undefined : change(path);
  return {
    tls: tls && {
      caFile: move(tls.caFile),
      certFile: move(tls.certFile),
      keyFile: move(tls.keyFile),
      keyPassword: tls.keyPassword?.move(change),
    },
    sasl: sasl && { ...sasl, password: sasl.password.move(change) },
  };
}
