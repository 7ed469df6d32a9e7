import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { parseConfig } from "../../producer/config/config.ts";
import { UsageError } from "../../lib/errors.ts";
import { accessFiles, accessWarnings } from "../../kafka/access.ts";
import type { RawSettings } from "../../producer/config/settings_table.ts";

const user: RawSettings = {
  KAFKA_SASL_MECHANISM: "scram-sha-512",
  KAFKA_SASL_USERNAME: "alice",
  KAFKA_SASL_PASSWORD: "hunter2",
};
const client: RawSettings = {
  KAFKA_SSL_CA_FILE: "./secrets/ca.pem",
  KAFKA_SSL_CERT_FILE: "./secrets/client.pem",
  KAFKA_SSL_KEY_FILE: "./secrets/client.key",
};

Deno.test("`parseConfig()` needs no TLS and no user", () => {
  assertEquals(parseConfig({}).access, { tls: undefined, sasl: undefined });
});

Deno.test("`parseConfig()` reads a user and the files of TLS", () => {
  const { access } = parseConfig({ ...user, ...client });
  assertEquals(access.sasl?.mechanism, "scram-sha-512");
  assertEquals(access.sasl?.username, "alice");
  assertEquals(access.sasl?.password.read(() => undefined), "hunter2");
  assertEquals(access.tls?.caFile, "./secrets/ca.pem");
  assertEquals(access.tls?.keyPassword, undefined);
});

Deno.test("`parseConfig()` takes Kafka's spelling and KAFKA_SSL alone", () => {
  const { access } = parseConfig({
    ...user,
    KAFKA_SASL_MECHANISM: "SCRAM-SHA-256",
    KAFKA_SSL: "true",
  });
  assertEquals(access.sasl?.mechanism, "scram-sha-256");
  assertEquals(accessFiles(access), []);
  assert(access.tls !== undefined);
});

const refused: [RawSettings, string][] = [
  [
    { KAFKA_SASL_USERNAME: "alice" },
    "expected plain or scram-sha-256 or scram",
  ],
  [{ KAFKA_SASL_PASSWORD: "hunter2" }, "KAFKA_SASL_MECHANISM is not set"],
  [
    { ...user, KAFKA_SASL_MECHANISM: "gssapi" },
    'KAFKA_SASL_MECHANISM is "gssapi": expected plain or',
  ],
  [{ ...user, KAFKA_SASL_USERNAME: " " }, "KAFKA_SASL_USERNAME is not set"],
  [
    { ...user, KAFKA_SASL_PASSWORD: "" },
    "expected it or KAFKA_SASL_PASSWORD_FILE",
  ],
  [{ ...user, KAFKA_SASL_PASSWORD_FILE: "./secrets/p" }, "are both set"],
  [
    { ...user, KAFKA_SASL_USERNAME: "a\u0000b" },
    "expected 1 to 255 characters",
  ],
  [{ KAFKA_SSL_CERT_FILE: "./secrets/c" }, "expected KAFKA_SSL_KEY_FILE"],
  [{ KAFKA_SSL_KEY_FILE: "./secrets/k" }, "expected KAFKA_SSL_CERT_FILE"],
  [
    { KAFKA_SSL: "true", KAFKA_SSL_KEY_PASSWORD: "hunter2" },
    "expected KAFKA_SSL_KEY_FILE too",
  ],
  [{ ...client, KAFKA_SSL: "false" }, 'KAFKA_SSL is "false"'],
  [{ KAFKA_SSL: "yes" }, "true or false"],
];

for (const [raw, part] of refused) {
  Deno.test(`\`parseConfig()\` refuses ${JSON.stringify(raw)}`, () => {
    const error = assertThrows(() => parseConfig(raw), UsageError, part);
    assertEquals(error.message.split("\n").length, 1, error.message);
    assert(!error.message.includes("hunter2"), error.message);
  });
}

Deno.test("`accessWarnings()` warns of a password in the clear", () => {
  const plain = { ...user, KAFKA_SASL_MECHANISM: "plain" };
  const [warning] = accessWarnings(parseConfig(plain).access);
  assertStringIncludes(warning!, "KAFKA_SSL=true");
  const calm = [user, { ...plain, KAFKA_SSL: "true" }, client];
  for (const raw of calm) {
    assertEquals(accessWarnings(parseConfig(raw).access), []);
  }
});
