import { assertEquals, assertMatch } from "@std/assert";
import { heapFlags, programArgs } from "../../tasks/lake/run_lake.ts";

Deno.test("`lake run` never asks for a permission, and gets one beyond its set", () => {
  const args = programArgs("/cache/duckdb.node", "/cache/duckdb");
  assertEquals(args.includes("--no-prompt"), true);
  assertEquals(args.filter((arg) => arg.startsWith("-P")), ["-P=lakehouse"]);
  assertEquals(
    args.filter((arg) => arg.startsWith("--allow")),
    ["--allow-ffi=/cache/duckdb.node"],
  );
});

Deno.test("a V8 flag that another Deno may not know is for those that were tried", () => {
  assertMatch(heapFlags("2.9.6"), /growing/);
  assertEquals(
    [heapFlags("2.10.0"), heapFlags("3.0.0")].filter((it) =>
      it.includes("growing")
    ),
    [],
  );
});
