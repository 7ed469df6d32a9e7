import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { parseConfig } from "../../producer/config/config.ts";
import type { RawSettings } from "../../producer/config/settings_table.ts";

Deno.test("`parseConfig()` returns the documented defaults", () => {
  const config = parseConfig({});
  assertEquals(config.brokers, [{ host: "localhost", port: 9093 }]);
  assertEquals(config.topic.name, "crypto.prices.raw");
  assertEquals(config.intervalMs, 30_000);
  assertEquals(config.timeoutMs, 10_000);
  assertEquals(config.outbox, { records: 100_000, bytes: 256e6 });
  assertEquals(config.sourceSystem, "coingecko_v3");
  assertEquals(config.admin, { host: "127.0.0.1", port: 9464 });
});

Deno.test("`parseConfig()` derives the bootstrap server from the host port", () => {
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
  [{ OUTBOX_MAX_RECORDS: "99" }, "from 100 to"],
  [{ OUTBOX_MAX_MEGABYTES: "0" }, "from 1 to 100000"],
];

for (const [raw, part] of refused) {
  Deno.test(`\`parseConfig()\` rejects ${JSON.stringify(raw)}`, () => {
    const { message } = assertThrows(() => parseConfig(raw), UsageError, part);
    assertEquals(message.split("\n").length, 1);
    const [[name, value] = []] = Object.entries(raw);
    assertEquals(message.startsWith(`${name} is "${value}": expected`), true);
  });
}

Deno.test("`parseConfig()` reports all mistakes at once", () => {
  const raw = {
    API_INTERVAL_SECONDS: "x",
    KAFKA_HOST_PORT: "y",
    KAFKA_TOPIC: "a b",
    KAFKA_SASL_MECHANISM: "z",
  };
  const { message } = assertThrows(() => parseConfig(raw), UsageError);
  assertEquals(
    message.split("\n").map((line) => line.split(" ")[0]).toSorted(),
    Object.keys(raw).toSorted(),
  );
});
