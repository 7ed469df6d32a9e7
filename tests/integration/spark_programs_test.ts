import { assertEquals } from "@std/assert";
import { pathOf, projectDir } from "../../lib/project.ts";
import { run } from "../../tasks/host/run_process.ts";

Deno.test("the parts of Spark's programs that need no Spark", async () => {
  for (const name of ["pure_test.py", "upkeep_test.py"]) {
    const file = pathOf(new URL(`tests/spark/${name}`, projectDir));
    const { code, stderr } = await run("python3", ["-B", file]);
    assertEquals(code, 0, stderr);
  }
});

Deno.test("Spark's programs are in the house's form", () => {
  const folder = new URL("lakehouse/spark/", projectDir);
  const wrong: string[] = [];
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".py")) continue;
    const lines = Deno.readTextFileSync(new URL(name, folder)).split("\n");
    if (lines.length > 300) wrong.push(`${name}: more than 300 lines`);
    if (!lines[0]?.startsWith('"""')) wrong.push(`${name}: no docstring`);
    lines.forEach((line, at) => {
      if (line.length > 100 || /\t|\s$/.test(line)) {
        wrong.push(`${name}:${at + 1}: ${line}`);
      }
      if (/^(import|from) (?!__future__)/.test(line)) {
        const module = line.split(/\s+/)[1]?.split(".")[0] ?? "";
        const known = allowed.has(module) || files(folder).has(`${module}.py`);
        if (!known) wrong.push(`${name}: imports ${module}`);
      }
    });
  }
  assertEquals(wrong, []);
});

/** pyspark, what it brings, and the standard library's. */
const allowed = new Set(
  ("pyspark py4j concurrent contextlib dataclasses datetime decimal json os pathlib re " +
    "signal sys time traceback typing functools fcntl socket subprocess").split(
      " ",
    ),
);

function files(folder: URL): Set<string> {
  return new Set(Array.from(Deno.readDirSync(folder), ({ name }) => name));
}
