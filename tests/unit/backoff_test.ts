import { assertEquals } from "@std/assert";
import { backoffMs } from "../../kafka/backoff.ts";

Deno.test("`backoffMs()` grows to 30 s and never spins", () => {
  assertEquals(backoffMs(0, 1), 200);
  assertEquals(backoffMs(3, 0.5), 800);
  assertEquals(backoffMs(100, 1), 30_000);
  assertEquals(backoffMs(100, 0), 50);
});
