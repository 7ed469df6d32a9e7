import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { KafkaAccess } from "../../kafka/access.ts";
import {
  AccessError,
  securityReason,
  withReason,
} from "../../kafka/access_error.ts";
import {
  hostOf,
  patchBroker,
  seedName,
} from "../../kafka/patches/connection.ts";
import { saslOptions } from "../../kafka/sasl.ts";
import { closingReason } from "../../kafka/socket.ts";
import { Secret } from "../../lib/secret.ts";

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

/** An error as kafkajs makes them: told apart by name, type and code. */
function failure(parts: Record<string, unknown>, message = "boom"): Error {
  return Object.assign(new Error(message), parts);
}

const reasons: [string, Error, string][] = [
  [
    "a wrong password",
    failure({ name: "KafkaJSSASLAuthenticationError" }),
    'the user "alice" (SCRAM-SHA-512): check KAFKA_SASL_USERNAME and ' +
    'KAFKA_SASL_PASSWORD_FILE "/run/secrets/password"',
  ],
  [
    "a mechanism that is not offered",
    failure({ type: "UNSUPPORTED_SASL_MECHANISM", code: 33 }),
    "check KAFKA_SASL_MECHANISM",
  ],
  [
    "a listener without users",
    failure({ type: "ILLEGAL_SASL_STATE", code: 34 }),
    "unset KAFKA_SASL_MECHANISM",
  ],
  [
    "a topic that may not be written",
    failure({ type: "TOPIC_AUTHORIZATION_FAILED", code: 29 }),
    'the user "alice" may not use the topic',
  ],
  [
    "a cluster that refuses the producer",
    failure({ type: "CLUSTER_AUTHORIZATION_FAILED", code: 31 }),
    "IdempotentWrite",
  ],
  [
    "an unknown authority",
    failure({ code: "SELF_SIGNED_CERT_IN_CHAIN" }),
    'check KAFKA_SSL_CA_FILE "/run/secrets/ca.pem"',
  ],
  [
    "an expired certificate",
    failure({ code: "CERT_HAS_EXPIRED" }),
    "has expired: renew it",
  ],
  [
    "a certificate for another host",
    failure({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
    "for other names",
  ],
  [
    "a refused client certificate",
    failure({ code: "ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN" }),
    '(certificate unknown): check KAFKA_SSL_CERT_FILE "/run/secrets/client.pem"',
  ],
  [
    "another trouble of TLS",
    failure({ code: "ERR_SSL_WRONG_VERSION_NUMBER" }),
    "names a listener with TLS",
  ],
];

for (const [what, error, part] of reasons) {
  Deno.test(`\`securityReason()\` knows ${what}, however deep it lies`, () => {
    const deep = new Error("outside", {
      cause: new Error("", { cause: error }),
    });
    assertStringIncludes(securityReason(deep, access) ?? "", part);
    const many = failure({ errors: [error] });
    assertStringIncludes(securityReason(many, access) ?? "", part);
    const named = withReason(deep, access);
    assert(named instanceof AccessError && named.cause === deep);
    assertStringIncludes(named.message, part);
    // Who has no settings at hand is told too.
    assert(securityReason(named) === named.message && securityReason(error));
  });
}

Deno.test("`securityReason()` takes a dead broker for nothing else", () => {
  const harmless = [
    failure({ name: "KafkaJSConnectionError", code: "ECONNREFUSED" }),
    failure({ name: "KafkaJSConnectionError", code: "ECONNRESET" }),
    failure({ name: "KafkaJSRequestTimeoutError" }),
    failure({ type: "NOT_ENOUGH_REPLICAS", code: 19 }),
    failure({ type: "UNKNOWN_TOPIC_OR_PARTITION", code: 3 }),
    "no error at all",
  ];
  for (const error of harmless) {
    assertEquals(securityReason(error, access), undefined);
    assertEquals(withReason(error, access), error);
  }
});

Deno.test("`securityReason()` asks for a client certificate where none is set", () => {
  const alert = failure({ code: "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE" });
  assertStringIncludes(
    securityReason(alert) ?? "",
    "set KAFKA_SSL_CERT_FILE and KAFKA_SSL_KEY_FILE",
  );
});

const seen = { opened: true, received: 0, firstAnswer: 0 };
const alert = { ...seen, received: 7, firstAnswer: 4 + 0x15030300 };
const answer = { ...seen, received: 400, firstAnswer: 400 };
const closings: [string, Parameters<typeof closingReason>, string][] = [
  ["silence", [seen, { tls: false, sasl: false }], "TLS (KAFKA_SSL) or a user"],
  ["silence to a user", [seen, { tls: false, sasl: true }], "wants TLS"],
  ["silence over TLS", [seen, { tls: true, sasl: false }], "wants a user"],
  ["an alert", [alert, { tls: false, sasl: false }], "set KAFKA_SSL=true"],
  ["one answer", [answer, { tls: false, sasl: false }], "wants a user"],
  [
    "a handshake that breaks",
    [{ ...seen, opened: false }, { tls: true, sasl: true }],
    "wants no TLS (KAFKA_SSL)",
  ],
];

for (const [what, args, part] of closings) {
  Deno.test(`\`closingReason()\` guesses at ${what}`, () => {
    assertStringIncludes(closingReason(...args) ?? "", part);
  });
}

Deno.test("`closingReason()` has no guess at a connection that had worked", () => {
  const worked = { ...answer, received: 900 };
  assertEquals(closingReason(worked, { tls: false, sasl: false }), undefined);
  assertEquals(closingReason(seen, { tls: true, sasl: true }), undefined);
  assertEquals(closingReason(answer, { tls: true, sasl: true }), undefined);
});

Deno.test("`saslOptions()` reads the credentials anew and tells a break from a refusal", async () => {
  let password = "old";
  const seen: string[] = [];
  // As kafkajs does: whatever goes wrong is called a failed authentication.
  const authenticator =
    (credentials: { password: string }) =>
    (connection: { saslAuthenticate: (step: object) => Promise<unknown> }) => ({
      async authenticate() {
        seen.push(credentials.password);
        await connection.saslAuthenticate({}).catch(() => {
          throw failure({ name: "KafkaJSSASLAuthenticationError" });
        });
      },
    });
  const { mechanism, authenticationProvider } = saslOptions({
    mechanism: "plain",
    credentials: () => ({ username: "alice", password }),
  }, {
    "plain": authenticator,
    "scram-sha-256": authenticator,
    "scram-sha-512": authenticator,
  });
  assertEquals(mechanism, "PLAIN");
  const attempt = async (error?: Error) => {
    const saslAuthenticate = () =>
      error === undefined ? Promise.resolve() : Promise.reject(error);
    try {
      await authenticationProvider({ saslAuthenticate }).authenticate();
      return "in";
    } catch (thrown) {
      return (thrown as Error).name;
    }
  };
  assertEquals(await attempt(), "in");
  password = "new";
  const refusal = failure({ type: "SASL_AUTHENTICATION_FAILED" });
  assertEquals(await attempt(refusal), "KafkaJSSASLAuthenticationError");
  const broken = failure({ name: "KafkaJSConnectionError" });
  assertEquals(await attempt(broken), "KafkaJSConnectionError");
  assertEquals(seen, ["old", "new", "new"]);
});

Deno.test("`seedName()` gives kafkajs one colon, and the host comes back", () => {
  for (const host of ["localhost", "my_broker-1.example.com", "fe80::1:2"]) {
    // As kafkajs does.
    const [seed, port] = seedName({ host, port: 9093 }).split(":");
    assertEquals([hostOf(seed!), port], [host, "9093"]);
    // What the cluster names comes unchanged.
    assertEquals(hostOf(host), host);
  }
});

Deno.test("`patchBroker()` lets a broker be asked again after a disconnect", async () => {
  const calls: string[] = [];
  const broker = {
    versions: { 0: "all" } as unknown,
    disconnect() {
      calls.push("disconnect");
      return Promise.resolve();
    },
  };
  patchBroker(broker);
  await broker.disconnect();
  assertEquals([broker.versions, calls], [null, ["disconnect"]]);
});
