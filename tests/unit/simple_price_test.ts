import { assertEquals } from "@std/assert";
import { parseExact } from "../../producer/sources/exact_json.ts";
import { parsePrices } from "../../producer/sources/simple_price.ts";

Deno.test("`parsePrices()` ignores names of object members", () => {
  const prices = parsePrices(
    parseExact('{"__proto__":{"usd":1},"constructor":{"usd":2}}'),
    ["constructor"],
  );
  assertEquals([...prices?.coins.keys() ?? []], ["constructor"]);
});
