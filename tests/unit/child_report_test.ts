import { assertEquals } from "@std/assert";
import { readLakeChecks } from "../../tasks/lake/child_report.ts";
import type { CheckResult } from "../../tasks/verify/finding.ts";

const lag: CheckResult = {
  name: "lake lag",
  verdict: "fail",
  detail: "500 records of the topic are not in the lake",
  next: "start or look at: deno task lake run",
};
const gold: CheckResult = {
  name: "lake gold",
  verdict: "ok",
  detail: "5 hourly candles",
};
const damaged: CheckResult = { ...gold, verdict: "fail", next: "report it" };

function ended(...checks: CheckResult[]) {
  const stdout = JSON.stringify({ ok: false, checks }, null, 2);
  return { code: 1, stdout, stderr: "" };
}

Deno.test("the lake's checks are shown as the lake gives them", async () => {
  assertEquals(await readLakeChecks(ended(lag, gold), true), [lag, gold]);
});

Deno.test("a lake that no run fills is a warning; damage is still a failure", async () => {
  assertEquals(await readLakeChecks(ended(lag, damaged), false), [
    {
      ...lag,
      verdict: "warn",
      detail: `${lag.detail}, and no lake run answers`,
    },
    damaged,
  ]);
});

Deno.test("what the lake says of its `lake run` is not said twice", async () => {
  const told = {
    ...lag,
    detail: "1 record waits, and no lake run answers at x",
  };
  assertEquals(await readLakeChecks(ended(told), false), [
    { ...told, verdict: "warn" },
  ]);
});

Deno.test("a lake that cannot be opened is a failure with its reason", async () => {
  const stderr = 'lake: fetching\nlake verify: cannot open "x"\nNext: y\n';
  for (const stdout of ["", "{}", '{"checks":1}']) {
    const [check] = await readLakeChecks({ code: 1, stdout, stderr }, false);
    assertEquals(check?.verdict, "fail");
    assertEquals(check?.detail, 'cannot be checked: cannot open "x"');
    assertEquals(check?.next, "look at it alone: deno task lake verify");
  }
});
