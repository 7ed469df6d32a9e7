import { assertEquals, assertStringIncludes } from "@std/assert";
import { callBudget } from "../../producer/sources/coingecko_budget.ts";

Deno.test("`callBudget()` warns when a Demo key would not last", () => {
  const { callsPerMonth, shortfalls, advice } = callBudget("demo", 30_000, 1);
  assertEquals(callsPerMonth, 89_280);
  assertStringIncludes(shortfalls[0] ?? "", "API_INTERVAL_SECONDS=268");
  assertStringIncludes(advice[0] ?? "", "cached for 60 s");
  assertEquals(callBudget("demo", 268_000, 1).shortfalls, []);
  assertStringIncludes(
    callBudget("demo", 1000, 1).shortfalls[1] ?? "",
    "60 calls per minute",
  );
  assertEquals(callBudget("pro", 20_000, 1).advice, []);
});
