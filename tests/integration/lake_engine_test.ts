// People who only produce never fetch DuckDB: no module that they load names it.

import { assert, assertEquals } from "@std/assert";
import { deno } from "../harness/clone.ts";

async function namesDuckdb(file: string): Promise<boolean> {
  const { code, stdout, stderr } = await deno(["info", "--json", file]);
  assertEquals(code, 0, stderr);
  const { modules }: { modules: { specifier: string }[] } = JSON.parse(stdout);
  return modules.some(({ specifier }) => specifier.includes("@duckdb/"));
}

Deno.test("only the lake's own commands fetch DuckDB", async () => {
  const tasks = ["demo", "setup", "produce", "verify", "status", "simulate"]
    .map((name) => `tasks/${name}.ts`);
  for (const file of [...tasks, "producer/main.ts"]) {
    assertEquals([file, await namesDuckdb(file)], [file, false]);
  }
  assert(await namesDuckdb("tasks/lake.ts"));
});
