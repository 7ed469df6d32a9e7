import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { UsageError } from "../../lib/errors.ts";
import { proxyNames } from "../../lib/no_proxy.ts";
import {
  describeConfig,
  helpText,
  parseCommand,
} from "../../producer/config/args.ts";
import { settingsTable } from "../../producer/config/settings_table.ts";
import { configured } from "../fakes/configured.ts";

Deno.test("`parseCommand()` accepts flags and rejects unknown arguments", () => {
  const command = parseCommand(["--kafka-topic=t", "--check"]);
  assertEquals(command, {
    kind: "check",
    flags: new Map([["kafka-topic", "t"]]),
  });
  for (const bad of [["--nope"], ["word"], ["--coingecko-api-key=k"]]) {
    assertThrows(() => parseCommand(bad), UsageError, "unknown argument");
  }
  assertThrows(() => parseCommand(["--kafka-topic"]), UsageError, "a value");
});

Deno.test("`parseCommand()` never shows a secret that was given as a flag", () => {
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

Deno.test("a configuration never shows a secret", () => {
  const all = configured({
    COINGECKO_API_KEY: "CG-hunter2",
    KAFKA_SASL_MECHANISM: "scram-sha-512",
    KAFKA_SASL_USERNAME: "alice",
    KAFKA_SASL_PASSWORD: "hunter2",
    KAFKA_SSL_CERT_FILE: "./secrets/client.pem",
    KAFKA_SSL_KEY_FILE: "./secrets/client.key",
    KAFKA_SSL_KEY_PASSWORD: "swordfish",
  });
  const shown = describeConfig(all);
  assertEquals(shown.COINGECKO_API_KEY, "********");
  assertEquals(shown.KAFKA_SASL_PASSWORD, "********");
  assertEquals(shown.KAFKA_SSL_KEY_PASSWORD, "********");
  assertEquals(shown.KAFKA_SASL_USERNAME, "alice");
  const texts = [
    JSON.stringify(shown),
    JSON.stringify(all),
    Deno.inspect(all, { depth: 9 }),
    `${all.config.access.sasl?.password}`,
  ];
  for (const text of texts) {
    assert(!text.includes("hunter2") && !text.includes("swordfish"), text);
  }
});

Deno.test("every setting is in the permission set and in --help", () => {
  const names = settingsTable.map(([name]) => name);
  const allowed = denoJson.permissions.producer.env.allow;
  assertEquals(
    [...allowed].sort(),
    [...names, "DEBUG", "NO_COLOR", "STACK_NAME", ...proxyNames].sort(),
    "permissions.producer.env.allow in deno.json",
  );
  for (const name of names) {
    assertStringIncludes(helpText(), name);
  }
});
