import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { chooseKind } from "../../tasks/stack/choice/choose_stack.ts";

Deno.test("`chooseKind()` uses the flag, else the record, else compose", () => {
  assertEquals(chooseKind("native", "compose"), "native");
  assertEquals(chooseKind(undefined, "native"), "native");
  assertEquals(chooseKind(undefined, undefined), "compose");
  assertThrows(() => chooseKind("podman", undefined), UsageError, "podman");
});
