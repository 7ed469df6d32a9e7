import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { parseConfig } from "../../producer/config/config.ts";
import { verifyTarget } from "../../tasks/verify/verify_target.ts";

const compose = { project: "ana", denoImage: "example/deno:1" };
const own = parseConfig({ KAFKA_HOST_PORT: "19093" });
const far = parseConfig({ KAFKA_BOOTSTRAP_SERVERS: "localhost:29093" });

function target(
  asked: string | undefined,
  recorded: string | undefined,
  config = own,
) {
  return verifyTarget({ asked, recorded }, config, () => compose);
}

Deno.test("`verifyTarget()` chooses what is behind the broker", () => {
  assertEquals(target(undefined, "native"), { kind: "native" });
  assertEquals(target("compose", "native"), { kind: "compose", compose });
  assertEquals(target(undefined, undefined), { kind: "unknown", compose });
  assertEquals(target(undefined, "compose", far), { kind: "elsewhere" });
  assertEquals(target("compose", undefined, far), { kind: "compose", compose });
});

Deno.test("`verifyTarget()` refuses an unknown kind", () => {
  assertThrows(
    () => target("podman", undefined),
    UsageError,
    '--stack is "podman"',
  );
});
