// Why the brokers refuse this client, and which setting to check. Pure: all of
// it comes from the error.

import type { KafkaAccess } from "./access.ts";
import { chainOf } from "./error_chain.ts";
import { minSessionMs } from "./patches/sasl_session.ts";

/** The brokers refuse this client, or one of its files is unusable. */
export class AccessError extends Error {
  /** Its class's name. */
  override readonly name = "AccessError";
}

const nothing: KafkaAccess = { tls: undefined, sasl: undefined };

/** The parts of kafkajs's errors that identify them. */
interface Clues {
  readonly name: string;
  readonly message: string;
  /** Kafka's name of the error, as in `TOPIC_AUTHORIZATION_FAILED`. */
  readonly type: string;
  /** Node's name of the error, as in `CERT_HAS_EXPIRED`. */
  readonly code: string;
  /** The SASL session's lifetime in ms, if its end explains the error. */
  readonly sessionMs: number | undefined;
}

function cluesOf(error: Error): Clues {
  const { name, message } = error;
  const type = "type" in error ? String(error.type) : "";
  const code = "code" in error ? String(error.code) : "";
  const sessionMs = "sessionMs" in error ? Number(error.sessionMs) : undefined;
  return { name, message, type, code, sessionMs };
}

function passwordSetting({ sasl }: KafkaAccess): string {
  const path = sasl?.password.path;
  return path === undefined
    ? "KAFKA_SASL_PASSWORD"
    : `KAFKA_SASL_PASSWORD_FILE "${path}"`;
}

function userOf({ sasl }: KafkaAccess): string {
  return sasl === undefined ? "this client" : `the user "${sasl.username}"`;
}

function saslReason(clues: Clues, access: KafkaAccess): string | undefined {
  const mechanism = access.sasl?.mechanism.toUpperCase() ?? "the mechanism";
  if (clues.sessionMs !== undefined) {
    return `the brokers end a SASL session after ${clues.sessionMs} ms and ` +
      "refuse to renew it in time: set connections.max.reauth.ms on the " +
      `brokers to ${minSessionMs} or more`;
  }
  if (
    clues.type === "UNSUPPORTED_SASL_MECHANISM" ||
    clues.message.includes("is not supported by the server")
  ) {
    return `the brokers do not support ${mechanism}: ` +
      "check KAFKA_SASL_MECHANISM";
  }
  if (clues.type === "ILLEGAL_SASL_STATE") {
    return "the brokers' listener does not support SASL: unset " +
      "KAFKA_SASL_MECHANISM, or check the port in KAFKA_BOOTSTRAP_SERVERS";
  }
  if (
    clues.name !== "KafkaJSSASLAuthenticationError" &&
    clues.type !== "SASL_AUTHENTICATION_FAILED"
  ) return undefined;
  return `the brokers refuse ${userOf(access)} (${mechanism}): ` +
    `check KAFKA_SASL_USERNAME and ${passwordSetting(access)}`;
}

function aclReason({ type }: Clues, access: KafkaAccess): string | undefined {
  switch (type) {
    case "TOPIC_AUTHORIZATION_FAILED":
      return `${userOf(access)} may not use the topic: ` +
        "check its permissions Write and Read on it";
    case "CLUSTER_AUTHORIZATION_FAILED":
      return `${userOf(access)} may not do this in the cluster: check its ` +
        "permission IdempotentWrite, or Create for creating topics";
    default:
      return undefined;
  }
}

const unknownIssuer = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "INVALID_CA",
]);

const certificateFaults = new Map([
  ["CERT_HAS_EXPIRED", "has expired: renew it, or check this machine's clock"],
  ["CERT_NOT_YET_VALID", "is not valid yet: check this machine's clock"],
  ["CERT_REVOKED", "is revoked: renew it"],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "is for other names: check KAFKA_BOOTSTRAP_SERVERS and the addresses that " +
    "the brokers advertise",
  ],
]);

function brokerReason(code: string, { tls }: KafkaAccess): string | undefined {
  if (unknownIssuer.has(code)) {
    const check = tls?.caFile === undefined
      ? "set KAFKA_SSL_CA_FILE"
      : `check KAFKA_SSL_CA_FILE "${tls.caFile}"`;
    // Deno has the same code for an unknown authority and an expired certificate.
    return "the brokers' certificate is not signed by a known authority, or " +
      `has expired: ${check}`;
  }
  const fault = certificateFaults.get(code);
  return fault && `the broker's certificate ${fault}`;
}

/** TLS alerts by which a broker refuses the client's certificate. */
const refusal =
  /CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|HANDSHAKE_FAILURE/;

const handshakeFailure = /^ERR_(SSL|TLS)_|^EPROTO$/;

/**
 * Whether all that is known is that a TLS handshake failed, as towards a server
 * that does not use TLS.
 */
export function isHandshakeFailure(error: unknown): boolean {
  return [...chainOf(error)].map(cluesOf).some(({ code }) =>
    handshakeFailure.test(code) && !refusal.test(code) &&
    !certificateFaults.has(code)
  );
}

function tlsReason(
  { code }: Clues,
  access: KafkaAccess,
): string | undefined {
  const known = brokerReason(code, access);
  if (known !== undefined) return known;
  if (/^ERR_SSL_.*ALERT_/.test(code) && refusal.test(code)) {
    const alert = code.replace(/^.*ALERT_/, "").toLowerCase()
      .replaceAll("_", " ");
    const certFile = access.tls?.certFile;
    return certFile === undefined
      ? `the brokers require a client certificate (${alert}): ` +
        "set KAFKA_SSL_CERT_FILE and KAFKA_SSL_KEY_FILE"
      : `the brokers refuse the client certificate (${alert}): ` +
        `check KAFKA_SSL_CERT_FILE "${certFile}"`;
  }
  return handshakeFailure.test(code)
    ? `the TLS handshake failed (${code}): check that ` +
      "KAFKA_BOOTSTRAP_SERVERS names a listener with TLS"
    : undefined;
}

/**
 * Why the brokers refuse this client: authentication, authorisation,
 * certificates, or unusable files on this side.
 *
 * @param access Supplies the names of users and files.
 * @returns the reason and what to check, never a secret; `undefined` for any
 * other error.
 */
export function securityReason(
  error: unknown,
  access: KafkaAccess = nothing,
): string | undefined {
  const chain = [...chainOf(error)];
  const named = chain.find((link) => link instanceof AccessError);
  if (named !== undefined) return named.message;
  for (const clues of chain.map(cluesOf)) {
    const reason = saslReason(clues, access) ?? aclReason(clues, access) ??
      tlsReason(clues, access);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** An {@linkcode AccessError} with the reason, if there is one. */
export function withReason(error: unknown, access?: KafkaAccess): unknown {
  if (error instanceof AccessError) return error;
  const reason = securityReason(error, access);
  return reason === undefined
    ? error
    : new AccessError(reason, { cause: error });
}
