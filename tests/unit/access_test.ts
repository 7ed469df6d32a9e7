import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { describeConfig, parseCommand } from "../../producer/config/args.ts";
import { parseConfig } from "../../producer/config/config.ts";
import { UsageError } from "../../lib/errors.ts";
import { accessFiles, accessWarnings, moveFiles } from "../../kafka/access.ts";
import { needsOf } from "../../producer/config/permissions.ts";
import { Secret } from "../../lib/secret.ts";
import { gatherSettings, inProject } from "../../producer/config/settings.ts";
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
  assertEquals(parseConfig({}).outbox, { records: 100_000, bytes: 256e6 });
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

const refused: [string, RawSettings, string][] = [
  [
    "a user without a mechanism",
    { KAFKA_SASL_USERNAME: "alice" },
    "expected plain or scram-sha-256 or scram-sha-512",
  ],
  [
    "a password without a mechanism",
    { KAFKA_SASL_PASSWORD: "hunter2" },
    "KAFKA_SASL_MECHANISM is not set",
  ],
  [
    "an unknown mechanism",
    { ...user, KAFKA_SASL_MECHANISM: "gssapi" },
    'KAFKA_SASL_MECHANISM is "gssapi": expected plain or',
  ],
  [
    "a mechanism without a user",
    { ...user, KAFKA_SASL_USERNAME: " " },
    "KAFKA_SASL_USERNAME is not set",
  ],
  [
    "a mechanism without a password",
    { ...user, KAFKA_SASL_PASSWORD: "" },
    "expected it or KAFKA_SASL_PASSWORD_FILE",
  ],
  [
    "two passwords",
    { ...user, KAFKA_SASL_PASSWORD_FILE: "./secrets/password" },
    "are both set",
  ],
  [
    "a user with a control character",
    { ...user, KAFKA_SASL_USERNAME: "a\u0000b" },
    "expected 1 to 255 characters",
  ],
  [
    "a certificate without its key",
    { KAFKA_SSL_CERT_FILE: "./secrets/client.pem" },
    "expected KAFKA_SSL_KEY_FILE",
  ],
  [
    "a key without its certificate",
    { KAFKA_SSL_KEY_FILE: "./secrets/client.key" },
    "expected KAFKA_SSL_CERT_FILE",
  ],
  [
    "a key's password without the key",
    { KAFKA_SSL: "true", KAFKA_SSL_KEY_PASSWORD: "hunter2" },
    "expected KAFKA_SSL_KEY_FILE too",
  ],
  [
    "files of a TLS that is switched off",
    { ...client, KAFKA_SSL: "false" },
    'KAFKA_SSL is "false"',
  ],
  ["KAFKA_SSL of another word", { KAFKA_SSL: "yes" }, "true or false"],
  ["too small an outbox", { OUTBOX_MAX_RECORDS: "99" }, "from 100 to"],
  ["an outbox of no size", { OUTBOX_MAX_MEGABYTES: "0" }, "from 1 to 100000"],
];

for (const [what, raw, part] of refused) {
  Deno.test(`\`parseConfig()\` refuses ${what}`, () => {
    const error = assertThrows(() => parseConfig(raw), UsageError, part);
    assertEquals(error.message.split("\n").length, 1, error.message);
    assert(!error.message.includes("hunter2"), error.message);
  });
}

Deno.test("no secret comes out of a configuration", () => {
  const config = parseConfig({
    ...user,
    ...client,
    KAFKA_SSL_KEY_PASSWORD: "swordfish",
  });
  const shown = describeConfig(config);
  assertEquals(shown.KAFKA_SASL_PASSWORD, "********");
  assertEquals(shown.KAFKA_SSL_KEY_PASSWORD, "********");
  assertEquals(shown.KAFKA_SASL_USERNAME, "alice");
  const texts = [
    JSON.stringify(shown),
    JSON.stringify(config),
    Deno.inspect(config, { depth: 9 }),
    `${config.access.sasl?.password}`,
  ];
  for (const text of texts) {
    assert(!text.includes("hunter2") && !text.includes("swordfish"), text);
  }
});

Deno.test("`parseCommand()` does not repeat a secret that is given as a flag", () => {
  const flags = ["kafka-sasl-password", "kafka-ssl-key-password"];
  for (const flag of [...flags, "coingecko-api-key"]) {
    const error = assertThrows(
      () => parseCommand([`--${flag}=hunter2`]),
      UsageError,
      "a secret has no flag",
    );
    assert(!error.message.includes("hunter2"), error.message);
  }
  const other = assertThrows(() => parseCommand(["--nope=hunter2"]));
  assert(other instanceof UsageError && !other.message.includes("hunter2"));
});

Deno.test("`accessWarnings()` warns of a password in the clear", () => {
  const plain = { ...user, KAFKA_SASL_MECHANISM: "plain" };
  const [warning] = accessWarnings(parseConfig(plain).access);
  assertStringIncludes(warning!, "KAFKA_SSL=true");
  const calm = [user, { ...plain, KAFKA_SSL: "true" }, client];
  for (const raw of calm) {
    assertEquals(accessWarnings(parseConfig(raw).access), []);
  }
});

Deno.test("`needsOf()` asks for every file, by the project's folder", () => {
  const config = inProject(parseConfig({
    ...client,
    ...user,
    KAFKA_SASL_PASSWORD: "",
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

Deno.test("a `Secret` is read anew each time and says what is wrong", () => {
  const files = new Map([["a", "first\n"]]);
  const readText = (path: string) => files.get(path);
  const secret = Secret.inFile("a");
  assertEquals(secret.read(readText), "first");
  files.set("a", " second \r\n");
  assertEquals(secret.read(readText), " second ");
  files.set("a", "\n");
  assertThrows(() => secret.read(readText), Error, "the file is empty");
  files.delete("a");
  assertThrows(() => secret.read(readText), Error, "there is no such file");
});

Deno.test("`gatherSettings()` names the permission that a key file needs", () => {
  const refuse = () => {
    throw new Deno.errors.NotCapable("Requires read access");
  };
  const path = "/etc/key";
  assertThrows(
    () =>
      gatherSettings(new Map([["coingecko-api-key-file", path]]), {
        env: () => undefined,
        readText: (name) => name === path ? refuse() : undefined,
      }),
    UsageError,
    'add "/etc/key" to permissions.producer.read in deno.json',
  );
});
