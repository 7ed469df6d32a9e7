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

Deno.test("without a terminal each part that has a name has one line", () => {
  const lines: string[] = [];
  const bar = createProgressBar("steps", undefined, (line) => lines.push(line));
  bar.show(0, 2, "merging");
  for (let file = 0; file < 5; file++) bar.show(1, 2, `removing, ${file} of 5`);
  bar.show(2, 2, "counting");
  assertEquals(lines, [
    "0 of 2 steps: merging",
    "1 of 2 steps: removing, 0 of 5",
    "2 of 2 steps: counting",
  ]);
});

Deno.test("work without parts is done at once", () => {
  const lines: string[] = [];
  const bar = createProgressBar("rows", undefined, (line) => lines.push(line));
  bar.show(0, 0);
  assertEquals(lines, ["0 of 0 rows"]);
});
