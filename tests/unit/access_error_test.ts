import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { KafkaAccess } from "../../kafka/access.ts";
import {
  AccessError,
  securityReason,
  withReason,
} from "../../kafka/access_error.ts";
import { Secret } from "../../lib/secret.ts";
import { errorWith } from "../fakes/error_with.ts";

const access: KafkaAccess = {
  tls: {
    caFile: "/run/secrets/ca.pem",
    certFile: "/run/secrets/client.pem",
    keyFile: "/run/secrets/client.key",
    keyPassword: undefined,
  },
  sasl: {
    mechanism: "scram-sha-512",
    username: "alice",
    password: Secret.inFile("/run/secrets/password"),
  },
};

const reasons: [string, Error, string][] = [
  [
    "a wrong password",
    errorWith({ name: "KafkaJSSASLAuthenticationError" }),
    'the user "alice" (SCRAM-SHA-512): check KAFKA_SASL_USERNAME and ' +
    'KAFKA_SASL_PASSWORD_FILE "/run/secrets/password"',
  ],
  [
    "an unsupported mechanism",
    errorWith({ type: "UNSUPPORTED_SASL_MECHANISM", code: 33 }),
    "check KAFKA_SASL_MECHANISM",
  ],
  [
    "a listener without users",
    errorWith({ type: "ILLEGAL_SASL_STATE", code: 34 }),
    "unset KAFKA_SASL_MECHANISM",
  ],
  [
    "a session that cannot be renewed",
    errorWith({ type: "ILLEGAL_SASL_STATE", code: 34, sessionMs: 900 }),
    "after 900 ms and refuse to renew it in time: set connections.max.reauth.ms",
  ],
  [
    "a topic without write permission",
    errorWith({ type: "TOPIC_AUTHORIZATION_FAILED", code: 29 }),
    'the user "alice" may not use the topic',
  ],
  [
    "a cluster that refuses the producer",
    errorWith({ type: "CLUSTER_AUTHORIZATION_FAILED", code: 31 }),
    "IdempotentWrite",
  ],
  [
    "an unknown authority",
    errorWith({ code: "SELF_SIGNED_CERT_IN_CHAIN" }),
    'check KAFKA_SSL_CA_FILE "/run/secrets/ca.pem"',
  ],
  [
    "an expired certificate",
    errorWith({ code: "CERT_HAS_EXPIRED" }),
    "has expired: renew it",
  ],
  [
    "a certificate for another host",
    errorWith({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
    "for other names",
  ],
  [
    "a refused client certificate",
    errorWith({ code: "ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN" }),
    '(certificate unknown): check KAFKA_SSL_CERT_FILE "/run/secrets/client.pem"',
  ],
  [
    "another TLS error",
    errorWith({ code: "ERR_SSL_WRONG_VERSION_NUMBER" }),
    "names a listener with TLS",
  ],
];

for (const [what, error, part] of reasons) {
  Deno.test(`\`securityReason()\` recognises ${what}, however deeply nested`, () => {
    const deep = new Error("outside", {
      cause: new Error("", { cause: error }),
    });
    assertStringIncludes(securityReason(deep, access) ?? "", part);
    const many = errorWith({ errors: [error] });
    assertStringIncludes(securityReason(many, access) ?? "", part);
    const named = withReason(deep, access);
    assert(named instanceof AccessError && named.cause === deep);
    assertStringIncludes(named.message, part);
    // Without settings too.
    assert(securityReason(named) === named.message && securityReason(error));
  });
}

Deno.test("`securityReason()` has no reason for a dead broker", () => {
  const harmless = [
    errorWith({ name: "KafkaJSConnectionError", code: "ECONNREFUSED" }),
    errorWith({ name: "KafkaJSConnectionError", code: "ECONNRESET" }),
    errorWith({ name: "KafkaJSRequestTimeoutError" }),
    errorWith({ type: "NOT_ENOUGH_REPLICAS", code: 19 }),
    errorWith({ type: "UNKNOWN_TOPIC_OR_PARTITION", code: 3 }),
    "not an error",
  ];
  for (const error of harmless) {
    assertEquals(securityReason(error, access), undefined);
    assertEquals(withReason(error, access), error);
  }
});

Deno.test("`securityReason()` asks for a client certificate if none is set", () => {
  const alert = errorWith({ code: "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE" });
  assertStringIncludes(
    securityReason(alert) ?? "",
    "set KAFKA_SSL_CERT_FILE and KAFKA_SSL_KEY_FILE",
  );
});
