// The notebook without Spark: its form, and what it must not do.

import { assert, assertEquals } from "@std/assert";
import { projectDir } from "../../lib/project.ts";
import { run } from "../../tasks/host/run_process.ts";
import { notebookFile } from "../../tasks/lake/spark/place_notebook.ts";

const file = new URL(`lakehouse/notebooks/${notebookFile}`, projectDir);
const text = Deno.readTextFileSync(file);
const notebook = JSON.parse(text);

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs?: readonly unknown[];
  readonly execution_count?: number | null;
}

const cells: readonly Cell[] = notebook.cells;
const programs = cells.filter(({ cell_type }) => cell_type === "code");
const sources = programs.map(({ source }) => source.join(""));

Deno.test("the notebook is small, and stores no outputs", () => {
  assertEquals([notebook.nbformat, notebook.nbformat_minor], [4, 5]);
  assert(text.length < 20_000, `${text.length} characters`);
  assert(programs.length >= 9, `${programs.length} cells`);
  for (const { outputs, execution_count } of programs) {
    assertEquals([outputs, execution_count], [[], null]);
  }
  const ids = cells.map((cell) =>
    Object.entries(cell).find(([name]) => name === "id")?.[1]
  );
  assertEquals(new Set(ids).size, cells.length);
});

Deno.test("each cell of the notebook says what it is for, and is short", () => {
  assertEquals(cells[0]?.cell_type, "markdown");
  for (const source of sources) {
    const lines = source.split("\n");
    assert(lines.length <= 20, source);
    for (const line of lines) assert(line.length <= 100, line);
  }
});

Deno.test("the cells of the notebook are Python", async () => {
  const script = "import ast, json, sys\n" +
    "for it in json.loads(sys.argv[1]): ast.parse(it)";
  const argument = JSON.stringify(sources);
  const { code, stderr } = await run("python3", ["-c", script, argument]);
  assertEquals(code, 0, stderr);
});

Deno.test("the notebook leaves the session and the logic to Spark's programs", () => {
  const all = sources.join("\n");
  for (
    const own of [
      // It would replace PART-A's list, or come too late.
      "spark.jars",
      "builder",
      ".config(",
      "readStream",
      "writeStream",
      "MERGE",
      "INSERT",
      "CREATE ",
      "iceberg.",
    ]
  ) assert(!all.includes(own), own);
});

Deno.test("the notebook calls what the programs have", () => {
  const lake = Deno.readTextFileSync(
    new URL("lakehouse/spark/notebook_lake.py", projectDir),
  );
  const called = sources.flatMap((source) =>
    Array.from(source.matchAll(/\blake\.(\w+)\(/g), ([, name]) => name)
  );
  assert(called.length > 10, called.join());
  for (const name of called) {
    assert(lake.includes(`    def ${name}(self`), name);
  }
});
