// Certificates, keys and passwords, read and checked for each connection: a
// replaced file works without a restart.

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { messageOf } from "../lib/errors.ts";
import { AccessError } from "./access_error.ts";
import type { KafkaAccess, SaslMechanism, TlsFiles } from "./access.ts";
import type { ReadText, Secret } from "../lib/secret.ts";

/** The certificates and keys of a TLS connection, as PEM text. */
export interface TlsMaterial {
  /** Authorities to trust; the system's by default. */
  readonly ca?: string | undefined;
  /** This client's certificate chain. */
  readonly cert?: string;
  /** The certificate's private key, decrypted. */
  readonly key?: string;
}

/** A user's name and password. */
export interface Credentials {
  /** Not a secret. */
  readonly username: string;
  /** A secret: never to be logged. */
  readonly password: string;
}

/** Certificates and credentials. Every call reads its files again. */
export interface KafkaKeys {
  /** The settings, for messages. */
  readonly access: KafkaAccess;
  /**
   * TLS certificates and keys; absent for plaintext connections.
   *
   * @throws {AccessError} for an unusable file.
   */
  readonly tls?: () => TlsMaterial;
  /** Absent without authentication. */
  readonly sasl?: {
    /** The SASL mechanism. */
    readonly mechanism: SaslMechanism;
    /**
     * The user's name and password.
     *
     * @throws {AccessError} for an unusable password file.
     */
    readonly credentials: () => Credentials;
  };
}

function explained<T>(setting: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const message = `${setting} "${path}": ${messageOf(error)}`;
    throw new AccessError(message, { cause: error });
  }
}

function readFile(readText: ReadText, path: string): string {
  const text = readText(path);
  if (text === undefined) throw new Error("file not found");
  return text;
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * All certificates of a PEM text. Deno's TLS ignores what it cannot parse, so
 * that a damaged file would look like a wrong authority.
 */
function certificates(pem: string): X509Certificate[] {
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0) {
    throw new Error("expected PEM with BEGIN CERTIFICATE lines");
  }
  return blocks.map((text, index) => {
    try {
      return new X509Certificate(text);
    } catch (error) {
      throw new Error(`certificate ${index + 1} cannot be read`, {
        cause: error,
      });
    }
  });
}

function privateKey(pem: string, password: string | undefined): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) {
    throw new Error("expected PEM with a BEGIN PRIVATE KEY line");
  }
  const encrypted = /BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(pem);
  // Checked first: OpenSSL would prompt on the terminal.
  if (encrypted && password === undefined) {
    throw new Error(
      "the key is encrypted: expected KAFKA_SSL_KEY_PASSWORD or " +
        "KAFKA_SSL_KEY_PASSWORD_FILE",
    );
  }
  try {
    return encrypted && password !== undefined
      ? createPrivateKey({ key: pem, format: "pem", passphrase: password })
      : createPrivateKey({ key: pem, format: "pem" });
  } catch (error) {
    throw new Error(
      encrypted
        ? "the key cannot be decrypted: check KAFKA_SSL_KEY_PASSWORD"
        : "the key cannot be read",
      { cause: error },
    );
  }
}

function readSecret(readText: ReadText, setting: string, secret: Secret) {
  return explained(setting, secret.path ?? "", () => secret.read(readText));
}

function tlsMaterial(files: TlsFiles, readText: ReadText): TlsMaterial {
  const { caFile, certFile, keyFile, keyPassword } = files;
  const ca = caFile === undefined
    ? undefined
    : explained("KAFKA_SSL_CA_FILE", caFile, () => {
      const text = readFile(readText, caFile);
      certificates(text);
      return text;
    });
  if (certFile === undefined || keyFile === undefined) return { ca };
  const password = keyPassword &&
    readSecret(readText, "KAFKA_SSL_KEY_PASSWORD_FILE", keyPassword);
  const key = explained(
    "KAFKA_SSL_KEY_FILE",
    keyFile,
    () => privateKey(readFile(readText, keyFile), password),
  );
  const cert = explained("KAFKA_SSL_CERT_FILE", certFile, () => {
    const text = readFile(readText, certFile);
    const [own] = certificates(text);
    if (own?.checkPrivateKey(key) === true) return text;
    throw new Error(
      `its first certificate does not belong to the key in "${keyFile}"`,
    );
  });
  return {
    ca,
    cert,
    key: String(key.export({ type: "pkcs8", format: "pem" })),
  };
}

/**
 * The keys that the settings name. Nothing is read yet.
 *
 * @param readText Reads a file; `undefined` for a missing one.
 */
export function kafkaKeys(access: KafkaAccess, readText: ReadText): KafkaKeys {
  const { tls, sasl } = access;
  return {
    access,
    ...tls === undefined ? {} : { tls: () => tlsMaterial(tls, readText) },
    ...sasl === undefined ? {} : {
      sasl: {
        mechanism: sasl.mechanism,
        credentials: () => ({
          username: sasl.username,
          password: readSecret(
            readText,
            "KAFKA_SASL_PASSWORD_FILE",
            sasl.password,
          ),
        }),
      },
    },
  };
}

/**
 * Reads every file once, as a check at the start.
 *
 * @throws {AccessError} that names the setting, the file and the problem.
 */
export function tryKeys(keys: KafkaKeys): void {
  keys.tls?.();
  keys.sasl?.credentials();
}
