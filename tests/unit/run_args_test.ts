import { assertEquals, assertThrows } from "@std/assert";
import { parseRunCommand, runHelp } from "../../lakehouse/run_args.ts";
import { lakeSettings, readLakeConfig } from "../../lakehouse/lake_settings.ts";
import { UsageError } from "../../lib/errors.ts";

const ports = { env: () => undefined, readText: () => undefined };

Deno.test("`parseRunCommand()` reads its flags and the settings", () => {
  assertEquals(
    parseRunCommand([
      "--once",
      "--from=2026-11-25T10:00",
      "--extension-dir=/x",
      "--kafka-topic=x",
      "--lake-dir=/tmp/lake",
    ]),
    {
      kind: "run",
      once: true,
      bronzeOnly: false,
      from: { sinceMs: Date.UTC(2026, 10, 25, 10) },
      extensionDir: "/x",
      flags: new Map([["lake-dir", "/tmp/lake"], ["kafka-topic", "x"]]),
    },
  );
  assertEquals(parseRunCommand(["-h"]), { kind: "help" });
});

Deno.test("`parseRunCommand()` shows no value of an unknown flag", () => {
  const args = ["--kafka-sasl-password=s3cret"];
  const error = assertThrows(() => parseRunCommand(args), UsageError);
  assertEquals(
    error.message,
    "unknown argument --kafka-sasl-password: a secret has no flag, since " +
      "others can read command lines; set KAFKA_SASL_PASSWORD or " +
      "KAFKA_SASL_PASSWORD_FILE",
  );
  const other = assertThrows(() => parseRunCommand(["--x=y"]), UsageError);
  assertEquals(
    other.message,
    "unknown argument --x: see deno task lake run --help",
  );
  assertThrows(() => parseRunCommand(["--from="]), UsageError, "--from needs");
  assertThrows(() => parseRunCommand(["--from=soon"]), UsageError, '"soon"');
  assertThrows(
    () => parseRunCommand(["--bronze-only"]),
    UsageError,
    "expected --once",
  );
});

Deno.test("`readLakeConfig()` has defaults that fit the stack", () => {
  const config = readLakeConfig(new Map(), ports);
  assertEquals(config.brokers, [{ host: "localhost", port: 9093 }]);
  assertEquals(config.topic, "crypto.prices.raw");
  assertEquals(config.address, { host: "127.0.0.1", port: 9465 });
});

Deno.test("`readLakeConfig()` reports all mistakes at once", () => {
  const flags = new Map([
    ["lake-group-id", "a b"],
    ["kafka-topic", ".."],
    ["kafka-sasl-mechanism", "magic"],
  ]);
  const error = assertThrows(() => readLakeConfig(flags, ports), UsageError);
  const names = error.message.split("\n").map((line) => line.split(" ")[0]);
  assertEquals(names.toSorted(), [
    "KAFKA_SASL_MECHANISM",
    "KAFKA_TOPIC",
    "LAKE_GROUP_ID",
  ]);
});

Deno.test("the help of `lake run` has every setting", () => {
  for (const [name] of lakeSettings) {
    assertEquals(runHelp().includes(`  ${name}\n`), true, name);
  }
});
