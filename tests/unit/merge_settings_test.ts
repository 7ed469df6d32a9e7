import { assertEquals, assertThrows } from "@std/assert";
import { readLakeConfig } from "../../lakehouse/lake_settings.ts";
import { UsageError } from "../../lib/errors.ts";
import { mergeSettings } from "../../lib/merge_settings.ts";
import { parseConfig } from "../../producer/config/config.ts";
import { gatherSettings } from "../../producer/config/settings.ts";
import { composeSettings } from "../../tasks/stack/compose_settings.ts";

function portsOf(env: Record<string, string>, dotenv?: string) {
  return {
    env: (name: string) => env[name],
    readText: (path: string) => path === ".env" ? dotenv : undefined,
  };
}

Deno.test("`mergeSettings()` lets flags win over env over .env", () => {
  const file = "KAFKA_TOPIC=file\nLOG_LEVEL=file\nSOURCE_SYSTEM=file";
  const env = { KAFKA_TOPIC: "env", LOG_LEVEL: "env" };
  const read = mergeSettings(
    portsOf(env, file),
    (name) => name === "KAFKA_TOPIC" ? "flag" : undefined,
  );
  assertEquals(
    ["KAFKA_TOPIC", "LOG_LEVEL", "SOURCE_SYSTEM", "SOURCE"].map(read),
    ["flag", "env", "file", undefined],
  );
});

for (const empty of ["", "  "]) {
  Deno.test(`an environment variable of "${empty}" means the default, as in Compose`, () => {
    const ports = portsOf(
      { KAFKA_HOST_PORT: empty, STACK_NAME: empty },
      "KAFKA_HOST_PORT=19093\nSTACK_NAME=ana",
    );
    const config = parseConfig(gatherSettings(new Map(), ports));
    const stack = composeSettings(ports);
    assertEquals([config.hostPort, stack.ports.kafka], [9093, 9093]);
    assertEquals(stack.prefix, "crypto");
  });
}

Deno.test("the producer and the stack read the same port", () => {
  for (
    const [env, file, port] of [
      [{}, "KAFKA_HOST_PORT=19093", 19093],
      [{ KAFKA_HOST_PORT: "29093" }, "KAFKA_HOST_PORT=19093", 29093],
      [{}, "KAFKA_HOST_PORT=", 9093],
      [{}, undefined, 9093],
    ] as const
  ) {
    const ports = portsOf(env, file);
    const config = parseConfig(gatherSettings(new Map(), ports));
    const stack = composeSettings(ports);
    assertEquals([config.hostPort, stack.ports.kafka], [port, port]);
  }
  const wrong = portsOf({ KAFKA_HOST_PORT: "90.5", KAFKA_UI_HOST_PORT: "0" });
  const rule = (name: string, text: string) =>
    `${name} is "${text}": expected a whole number from 1 to 65535`;
  const message =
    assertThrows(() => composeSettings(wrong), UsageError).message;
  assertEquals(message.split("\n"), [
    rule("KAFKA_HOST_PORT", "90.5"),
    rule("KAFKA_UI_HOST_PORT", "0"),
  ]);
  const raw = gatherSettings(new Map(), wrong);
  assertThrows(
    () => parseConfig(raw),
    UsageError,
    rule("KAFKA_HOST_PORT", "90.5"),
  );
});

Deno.test("`mergeSettings()` names the permission that is denied", () => {
  const deny = () => {
    throw new Deno.errors.NotCapable("denied");
  };
  assertThrows(
    () => mergeSettings({ env: () => undefined, readText: deny }),
    UsageError,
    'add ".env" to permissions.producer.read in deno.json',
  );
  const read = mergeSettings({ env: deny, readText: () => undefined });
  assertThrows(
    () => read("MY_API_URL"),
    UsageError,
    'add "MY_API_URL" to permissions.producer.env.allow in deno.json',
  );
  const interpolated = "KAFKA_TOPIC=${MY_TOPIC}";
  const ports = {
    env: (name: string) => name === "MY_TOPIC" ? deny() : undefined,
    readText: (path: string) => path === ".env" ? interpolated : undefined,
  };
  assertThrows(
    () => readLakeConfig(new Map(), ports),
    UsageError,
    'add "MY_TOPIC" to permissions.lakehouse.env.allow in deno.json',
  );
  assertThrows(
    () => readLakeConfig(new Map(), { ...ports, readText: deny }),
    UsageError,
    'add ".env" to permissions.lakehouse.read in deno.json',
  );
});
