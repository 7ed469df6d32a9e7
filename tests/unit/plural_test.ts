import { assertEquals } from "@std/assert";
import { plural } from "../../lib/plural.ts";

Deno.test("`plural()` counts with the noun, in groups of three digits", () => {
  assertEquals(plural(0, "record"), "0 records");
  assertEquals(plural(1, "record"), "1 record");
  assertEquals(plural(1n, "record"), "1 record");
  assertEquals(plural(1_234_567n, "record"), "1,234,567 records");
  assertEquals(plural(1, "record waits", "records wait"), "1 record waits");
  assertEquals(plural(2, "record waits", "records wait"), "2 records wait");
});
