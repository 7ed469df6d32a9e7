import { assertEquals } from "@std/assert";
import { createProgressBar } from "../../tasks/cli/progress_bar.ts";

Deno.test("without a terminal there is a line for each tenth at most", () => {
  const lines: string[] = [];
  const bar = createProgressBar("rows", undefined, (line) => lines.push(line));
  for (let done = 0; done <= 1_000; done++) bar.show(done, 1_000);
  bar.end();
  bar.end();
  assertEquals(lines.length, 10);
  assertEquals(lines[0], "100 of 1000 rows");
  assertEquals(lines.at(-1), "1000 of 1000 rows");
});

Deno.test("work without parts is done at once", () => {
  const lines: string[] = [];
  const bar = createProgressBar("rows", undefined, (line) => lines.push(line));
  bar.show(0, 0);
  assertEquals(lines, ["0 of 0 rows"]);
});
