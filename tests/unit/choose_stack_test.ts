import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { chooseKind } from "../../tasks/stack/choice/choose_stack.ts";
import { withMarked, withoutMarked } from "../../tasks/stack/env_file.ts";

Deno.test("`chooseKind()` asks flags, then the record, then takes compose", () => {
  assertEquals(chooseKind("native", "compose"), "native");
  assertEquals(chooseKind(undefined, "native"), "native");
  assertEquals(chooseKind(undefined, undefined), "compose");
  assertThrows(() => chooseKind("podman", undefined), UsageError, "podman");
});

Deno.test("`withMarked()` touches its own lines only", () => {
  const own = "A=1\nB=2";
  const once = withMarked(own, { KAFKA_HOST_PORT: "19093" });
  assert(once.startsWith("A=1\nB=2\n# >>>"));
  assertEquals(withMarked(once, { KAFKA_HOST_PORT: "19093" }), once);
  assertEquals(withoutMarked(once), "A=1\nB=2\n");
  assertEquals(withMarked(once, {}), "A=1\nB=2\n");
  assertEquals(withMarked("", {}), "");
});
