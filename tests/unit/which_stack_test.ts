import { assertEquals } from "@std/assert";
import { parseConfig } from "../../producer/config/config.ts";
import { composePlace } from "../../tasks/verify/compose_place.ts";
import { whichStack } from "../../tasks/verify/which_stack.ts";

Deno.test("`whichStack()` looks at what stands behind the broker", () => {
  const own = parseConfig({ KAFKA_HOST_PORT: "19093" });
  assertEquals(whichStack(undefined, "native", own), "native");
  assertEquals(whichStack("compose", "native", own), "compose");
  assertEquals(whichStack(undefined, undefined, own), "unknown");
  const far = parseConfig({ KAFKA_BOOTSTRAP_SERVERS: "localhost:29093" });
  assertEquals(whichStack(undefined, "compose", far), "elsewhere");
  assertEquals(whichStack("compose", undefined, far), "compose");
});

Deno.test("`composePlace()` reads what docker compose reads", () => {
  const env: Record<string, string> = { COMPOSE_PROJECT_NAME: "" };
  const file = "COMPOSE_PROJECT_NAME=ana\nDENO_IMAGE=example/deno:1\n";
  const ports = (text?: string) => ({
    env: (name: string) => env[name],
    readText: () => text,
  });
  const { project, denoImage } = composePlace(ports(file));
  assertEquals([project, denoImage], ["crypto-stream", "example/deno:1"]);
  delete env.COMPOSE_PROJECT_NAME;
  assertEquals(composePlace(ports(file)).project, "ana");
  assertEquals(composePlace(ports()).project, "crypto-stream");
  env.COMPOSE_PROJECT_NAME = "eva";
  assertEquals(composePlace(ports(file)).project, "eva");
});
