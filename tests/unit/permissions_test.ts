import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { checkPermissions } from "../../lib/needs.ts";
import { accessFiles, moveFiles } from "../../kafka/access.ts";
import { parseConfig } from "../../producer/config/config.ts";
import { brokerCheck } from "../../kafka/broker_check.ts";
import { needsOf } from "../../producer/config/permissions.ts";
import { inProject } from "../../producer/config/settings.ts";
import type { RawSettings } from "../../producer/config/settings_table.ts";

const user: RawSettings = {
  KAFKA_SASL_MECHANISM: "scram-sha-512",
  KAFKA_SASL_USERNAME: "alice",
};
const client: RawSettings = {
  KAFKA_SSL_CA_FILE: "./secrets/ca.pem",
  KAFKA_SSL_CERT_FILE: "./secrets/client.pem",
  KAFKA_SSL_KEY_FILE: "./secrets/client.key",
};

Deno.test("`needsOf()` lists every file, as an absolute path", () => {
  const config = inProject(parseConfig({
    ...client,
    ...user,
    KAFKA_SASL_PASSWORD_FILE: "/run/secrets/password",
    KAFKA_SSL_KEY_PASSWORD_FILE: "./secrets/of key",
  }));
  const needs = needsOf(config, []).flatMap((need) =>
    need.kind === "read" && need.why !== "STATE_DIR" ? [need] : []
  );
  assertEquals(needs.map(({ why }) => why), [
    "KAFKA_SSL_CA_FILE",
    "KAFKA_SSL_CERT_FILE",
    "KAFKA_SSL_KEY_FILE",
    "KAFKA_SSL_KEY_PASSWORD_FILE",
    "KAFKA_SASL_PASSWORD_FILE",
  ]);
  const paths = needs.map(({ path }) => path);
  assertEquals(paths.at(-1), "/run/secrets/password");
  assert(paths[0]!.endsWith("/secrets/ca.pem") && paths[0]![0] === "/");
  assert(paths[3]!.endsWith("/secrets/of key"), paths[3]);
  const moved = moveFiles(config.access, () => "elsewhere");
  assert(accessFiles(moved).every(({ path }) => path === "elsewhere"));
});

Deno.test("`checkPermissions()` names each denied one and the line to add", () => {
  const config = parseConfig({
    KAFKA_BOOTSTRAP_SERVERS: "kafka.example:9092,localhost:9093",
  });
  const needs = needsOf(config, ["api.example:443"]);
  const error = assertThrows(
    () =>
      checkPermissions(
        needs,
        (need) => need.kind !== "net" || !need.host.includes("example"),
      ),
    UsageError,
  );
  const lines = error.message.split("\n");
  assertEquals(lines.length, 2);
  assert(
    lines[0]?.includes(
      'add "kafka.example:9092" to permissions.producer.net in deno.json',
    ),
  );
  checkPermissions(needs, () => true);
});

Deno.test("`brokerCheck()` rejects an advertised address that is not allowed", () => {
  const check = brokerCheck(() => false, [
    { host: "127.0.0.1", port: 9092 },
  ]);
  assertThrows(
    () => check({ host: "10.0.0.5", port: 9092 }),
    UsageError,
    "a broker's advertised address",
  );
});
