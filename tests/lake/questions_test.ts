import { assertEquals } from "@std/assert";
import { projectDir } from "../../lib/project.ts";
import { incrementalLake } from "./model_lake.ts";
import expected from "../fixtures/data_modelling.json" with { type: "json" };

const page = Deno.readTextFileSync(
  new URL("docs/data-modelling.md", projectDir),
);

/** The page's queries, by the heading that each stands under. */
const questions = new Map(
  page.split(/^### /m).flatMap((section) => {
    const heading = section.split("\n", 1)[0] ?? "";
    const sql = section.match(/^```sql\n([\s\S]*?)^```$/m)?.[1];
    return sql === undefined ? [] : [[heading, sql] as const];
  }),
);

function seconds(time: string): number {
  return Date.parse(`${time}Z`) / 1_000;
}

Deno.test("the questions of docs/data-modelling.md have the answers of the fixture", async () => {
  assertEquals([...questions.keys()], Object.keys(expected.answers));
  const lake = await incrementalLake();
  try {
    for (const [offset, { ingested, value }] of expected.records.entries()) {
      const payload = JSON.stringify(value);
      await lake.write([{
        offset,
        payload,
        encoding: "utf-8",
        seconds: seconds(ingested),
      }]);
    }
    await lake.createViews();
    for (const [heading, sql] of questions) {
      const { rows } = await lake.database.query(sql);
      const answers: Readonly<Record<string, unknown>> = expected.answers;
      assertEquals(rows, answers[heading], heading);
    }
  } finally {
    lake.database.close();
  }
});
