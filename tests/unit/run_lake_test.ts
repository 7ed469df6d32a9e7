import { assertEquals } from "@std/assert";
import { programArgs } from "../../tasks/lake/run_lake.ts";

Deno.test("`lake run` never asks for a permission, and gets one beyond its set", () => {
  const args = programArgs("/cache/duckdb.node", "/cache/duckdb");
  assertEquals(args.includes("--no-prompt"), true);
  assertEquals(args.filter((arg) => arg.startsWith("-P")), ["-P=lakehouse"]);
  assertEquals(
    args.filter((arg) => arg.startsWith("--allow")),
    ["--allow-ffi=/cache/duckdb.node"],
  );
});
