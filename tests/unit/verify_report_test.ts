import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runChecks } from "../../tasks/verify/checks.ts";
import { jsonReport, table } from "../../tasks/verify/verify_report.ts";
import { healthy } from "../fakes/observations.ts";
import { stored } from "../fakes/samples.ts";

const broken = runChecks({
  ...healthy,
  ids: Array.from({ length: 30 }, (_, n) => `coin-number-${n}`),
  producer: { ok: false, error: "nothing is listening" },
});

Deno.test("`table()` fits 80 columns and shows the next steps", () => {
  const lines = table(broken);
  assert(lines.every((line) => line.length <= 80), lines.join("\n"));
  assert(lines.some((line) => line.includes("Next: start the producer")));
  assertEquals(lines.at(-1), "Data does not flow: 2 of 11 checks failed.");
});

Deno.test("`table()` sums up", () => {
  const duplicate = [stored(1), stored(2), stored(2)];
  const rows: [Partial<typeof healthy>, string][] = [
    [{}, "Data flows: 11 checks, none failed."],
    [{ records: duplicate }, "Data flows: 11 checks, none failed, 1 warning."],
  ];
  for (const [change, line] of rows) {
    assertEquals(table(runChecks({ ...healthy, ...change })).at(-1), line);
  }
});

Deno.test("`jsonReport()` has every check", () => {
  const { ok, checks } = JSON.parse(jsonReport(broken));
  assertEquals([ok, checks.length], [false, 11]);
  assertEquals(JSON.parse(jsonReport(runChecks(healthy))).ok, true);
  const failed = checks.find(({ name }: { name: string }) => name === "coins");
  assertEquals(failed.verdict, "fail");
  assertStringIncludes(failed.next, "CRYPTO_IDS");
});
