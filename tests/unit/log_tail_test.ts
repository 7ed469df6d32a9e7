import { assertEquals } from "@std/assert";
import { lastLines } from "../../tasks/stack/native/log_tail.ts";

Deno.test("`lastLines()` returns whole lines from the end", () => {
  assertEquals(lastLines("a\r\nb\nc\n", 2), ["b", "c"]);
  assertEquals(lastLines("", 2), []);
});
