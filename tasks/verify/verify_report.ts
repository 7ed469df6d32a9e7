// The checks as a table for people or JSON for programs.

import { type CheckResult, noneFailed, type Verdict } from "./finding.ts";

const maxColumns = 80;

/** Breaks text at blanks into lines of at most `width` characters. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function summary(results: readonly CheckResult[]): string {
  const count = (wanted: Verdict) =>
    results.filter(({ verdict }) => verdict === wanted).length;
  const [failed, warned] = [count("fail"), count("warn")];
  const warnings = warned === 0
    ? ""
    : `, ${warned} ${warned === 1 ? "warning" : "warnings"}`;
  return failed === 0
    ? `Data flows: ${results.length} checks, none failed${warnings}.`
    : `Data does not flow: ${failed} of ${results.length} checks failed` +
      `${warnings}.`;
}

/** The table, at most 80 columns wide unless a single word is longer. */
export function table(results: readonly CheckResult[]): string[] {
  const names = Math.max(...results.map(({ name }) => name.length));
  const indent = 6 + names + 2;
  const lines = results.flatMap(({ name, verdict, detail, next }) => {
    const word = verdict === "fail" ? "FAIL" : verdict;
    const head = `${word.padEnd(6)}${name.padEnd(names + 2)}`;
    const text = wrap(detail, maxColumns - indent);
    if (next !== undefined) {
      text.push(...wrap(`Next: ${next}`, maxColumns - indent));
    }
    return text.map((line, index) =>
      (index === 0 ? head : " ".repeat(indent)) + line
    );
  });
  return [...lines, summary(results)];
}

export function jsonReport(results: readonly CheckResult[]): string {
  return JSON.stringify({ ok: noneFailed(results), checks: results }, null, 2);
}
