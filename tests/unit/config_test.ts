import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import page from "../../docs/configuration.md" with { type: "text" };
import envExample from "../../.env.example" with { type: "text" };
import {
  describeConfig,
  helpText,
  parseCommand,
} from "../../producer/config/args.ts";
import { parseConfig } from "../../producer/config/config.ts";
import { parseDotenv } from "../../lib/dotenv.ts";
import { UsageError } from "../../lib/errors.ts";
import { gatherSettings } from "../../producer/config/settings.ts";
import { settingsTable } from "../../producer/config/settings_table.ts";
import type { RawSettings } from "../../producer/config/settings_table.ts";

Deno.test("`parseConfig()` gives the documented defaults", () => {
  const config = parseConfig({});
  assertEquals(config.brokers, [{ host: "localhost", port: 9093 }]);
  assertEquals(config.topic.name, "crypto.prices.raw");
  assertEquals(config.intervalMs, 30_000);
  assertEquals(config.timeoutMs, 10_000);
  assertEquals(config.ids.length, 10);
  assertEquals(config.sourceSystem, "coingecko_v3");
  assertEquals(config.admin, { host: "127.0.0.1", port: 9464 });
});

Deno.test("`parseConfig()` makes the bootstrap address of the host port", () => {
  const { brokers } = parseConfig({ KAFKA_HOST_PORT: "19093" });
  assertEquals(brokers, [{ host: "localhost", port: 19093 }]);
});

const refused: [RawSettings, string][] = [
  [{ API_INTERVAL_SECONDS: "0" }, 'API_INTERVAL_SECONDS is "0"'],
  [{ API_INTERVAL_SECONDS: "-1" }, 'API_INTERVAL_SECONDS is "-1"'],
  [{ API_INTERVAL_SECONDS: "abc" }, 'API_INTERVAL_SECONDS is "abc"'],
  [{ API_INTERVAL_SECONDS: "1e3" }, "expected a number from 0.1 to 86400"],
  [{ API_INTERVAL_SECONDS: "NaN" }, "expected a number"],
  [{ API_TIMEOUT_SECONDS: "0" }, "API_TIMEOUT_SECONDS"],
  [{ CRYPTO_IDS: "" }, "at least one item"],
  [{ CRYPTO_IDS: " , ," }, "at least one item"],
  [{ CRYPTO_IDS: "bitcoin,bitcoin" }, '"bitcoin" is listed twice'],
  [{ CRYPTO_IDS: "bit coin" }, "coin ids of lower-case"],
  [{ CRYPTO_IDS: "a&vs_currencies=eur" }, "coin ids of lower-case"],
  [{ KAFKA_BOOTSTRAP_SERVERS: "localhost" }, "expected host:port"],
  [{ KAFKA_BOOTSTRAP_SERVERS: "h:0" }, "port from 1 to 65535"],
  [{ KAFKA_BOOTSTRAP_SERVERS: "h:65536" }, "port from 1 to 65535"],
  [{ KAFKA_HOST_PORT: "90.5" }, "whole number"],
  [{ KAFKA_TOPIC: "a b" }, "KAFKA_TOPIC"],
  [{ KAFKA_TOPIC: ".." }, "KAFKA_TOPIC"],
  [{ KAFKA_TOPIC_CREATE: "yes" }, "true or false"],
  [{ KAFKA_TOPIC_PARTITIONS: "0" }, "from 1 to 1000"],
  [{ KAFKA_MIN_INSYNC_REPLICAS: "2" }, "from 1 to 1"],
  [{ ADMIN_ADDRESS: "9464" }, "expected host:port"],
  [{ LOG_LEVEL: "verbose" }, "debug or info or warn or error"],
  [{ LOG_FORMAT: "xml" }, "text or json or auto"],
  [{ SOURCE_SYSTEM: "a b" }, "SOURCE_SYSTEM"],
  [{ COINGECKO_API_URL: "api.coingecko.com" }, "https://"],
  [{ COINGECKO_API_URL: "http://api.coingecko.com/api/v3" }, "expected https"],
  [{ COINGECKO_API_URL: "https://api.coingecko.com" }, "/api/v3"],
  [
    { COINGECKO_API_URL: "https://api.coingecko.com/api/v3?x_cg=k" },
    "a key goes in COINGECKO_API_KEY",
  ],
  [
    { COINGECKO_API_URL: "https://pro-api.coingecko.com/api/v3" },
    "needs COINGECKO_API_KEY",
  ],
  [
    { COINGECKO_API_KEY: "CG-1", COINGECKO_API_PLAN: "pro" },
    "https://pro-api.coingecko.com",
  ],
  [{ COINGECKO_API_KEY: "CG-1", COINGECKO_API_PLAN: "keyless" }, "keyless"],
  [{ COINGECKO_API_PLAN: "gold" }, "is not a plan"],
];

for (const [raw, part] of refused) {
  Deno.test(`\`parseConfig()\` refuses ${JSON.stringify(raw)}`, () => {
    const error = assertThrows(() => parseConfig(raw), UsageError, part);
    assertEquals(error.message.includes("CG-1"), false);
    assertEquals(error.message.split("\n").length, 1);
  });
}

Deno.test("`parseConfig()` names all that is wrong at once", () => {
  const raw = { API_INTERVAL_SECONDS: "x", LOG_LEVEL: "y" };
  const error = assertThrows(() => parseConfig(raw), UsageError);
  assertEquals(error.message.split("\n").length, 2);
});

Deno.test("`parseConfig()` puts keys in the header of their plan", () => {
  const demo = parseConfig({ COINGECKO_API_KEY: "CG-1" });
  assertEquals(demo.coingecko.keyHeader, ["x-cg-demo-api-key", "CG-1"]);
  const pro = parseConfig({
    COINGECKO_API_KEY: "CG-1",
    COINGECKO_API_URL: "https://pro-api.coingecko.com/api/v3/",
  });
  assertEquals(pro.coingecko.keyHeader, ["x-cg-pro-api-key", "CG-1"]);
  assertEquals(pro.coingecko.baseUrl, "https://pro-api.coingecko.com/api/v3");
  assertEquals(JSON.stringify(describeConfig(pro)).includes("CG-1"), false);
});

Deno.test("`gatherSettings()` lets flags win over env over .env", () => {
  const files: Record<string, string> = {
    ".env": "KAFKA_TOPIC=from.file\nLOG_LEVEL=warn\nSOURCE_SYSTEM=file",
  };
  const env: Record<string, string> = {
    KAFKA_TOPIC: "env",
    LOG_LEVEL: "error",
  };
  const settings = gatherSettings(new Map([["kafka-topic", "flag"]]), {
    env: (name) => env[name],
    readText: (path) => files[path],
  });
  assertEquals(settings.KAFKA_TOPIC, "flag");
  assertEquals(settings.LOG_LEVEL, "error");
  assertEquals(settings.SOURCE_SYSTEM, "file");
});

Deno.test("`gatherSettings()` reads the key from a file, or says why not", () => {
  const gather = (env: Record<string, string>, files: Record<string, string>) =>
    gatherSettings(new Map(), {
      env: (name) => env[name],
      readText: (path) => files[path],
    });
  const file = { COINGECKO_API_KEY_FILE: "./secrets/key" };
  assertEquals(
    gather(file, { "./secrets/key": "CG-9\n" }).COINGECKO_API_KEY,
    "CG-9",
  );
  assertThrows(() => gather(file, {}), UsageError, "no such file");
  assertThrows(
    () => gather(file, { "./secrets/key": " \n" }),
    UsageError,
    "empty",
  );
  assertThrows(
    () => gather({ ...file, COINGECKO_API_KEY: "x" }, {}),
    UsageError,
    "both set",
  );
});

Deno.test("`parseDotenv()` reads Compose's forms and names a bad line", () => {
  const text =
    "\uFEFF# c\r\nA=1\r\nexport B = 'x # y' # c\nC=\"q\"\nD=a b # c\nE=";
  assertEquals([...parseDotenv(text)], [
    ["A", "1"],
    ["B", "x # y"],
    ["C", "q"],
    ["D", "a b"],
    ["E", ""],
  ]);
  assertThrows(() => parseDotenv("A=1\nsecret"), UsageError, ".env line 2");
  assertThrows(() => parseDotenv("A='x"), UsageError, "never closed");
  assertThrows(() => parseDotenv("A='x'y"), UsageError, "nothing may follow");
});

Deno.test("`parseCommand()` takes flags and refuses what it does not know", () => {
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

Deno.test("every setting is in the permission set, help, docs, example", () => {
  const names = settingsTable.map(({ name }) => name);
  const allowed = denoJson.permissions.producer.env.allow;
  assertEquals(
    [...allowed].sort(),
    [...names, "NO_COLOR"].sort(),
    "permissions.producer.env.allow in deno.json",
  );
  for (const name of names) {
    assertStringIncludes(helpText(), name);
    assertStringIncludes(page, `\`${name}=`);
    assertStringIncludes(envExample, `${name}=`);
  }
});
