import { assertEquals, assertThrows } from "@std/assert";
import { parseDotenv } from "../../lib/dotenv.ts";
import { UsageError } from "../../lib/errors.ts";

Deno.test("`parseDotenv()` reads the forms of Docker Compose and names a wrong line", () => {
  const text =
    "\uFEFF# c\r\nA=1\r\nexport B = 'x # y' # c\nC=\"q\"\nD=a b # c\nE=";
  assertEquals([...parseDotenv(text)], [
    ["A", "1"],
    ["B", "x # y"],
    ["C", "q"],
    ["D", "a b"],
    ["E", ""],
  ]);
  assertThrows(() => parseDotenv("A=1\nsecret"), UsageError, ".env line 2");
  assertThrows(() => parseDotenv("A='x"), UsageError, "missing closing quote");
  assertThrows(
    () => parseDotenv("A='x'y"),
    UsageError,
    "unexpected text after the closing quote",
  );
});
