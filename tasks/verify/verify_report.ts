/**
 * The checks as a table for people or JSON for programs.
 *
 * @module
 */

import { allWell, type CheckResult } from "./checks.ts";

const width = 80;

/** Breaks text into lines of at most `most` characters, at blanks. */
export function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > most) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** The table, at most 80 columns wide. */
export function table(results: readonly CheckResult[]): string[] {
  const names = Math.max(...results.map(({ name }) => name.length));
  const indent = 6 + names + 2;
  const lines: string[] = [];
  for (const { name, verdict, detail, next } of results) {
    const word = verdict === "fail" ? "FAIL" : verdict;
    const head = `${word.padEnd(6)}${name.padEnd(names + 2)}`;
    const [first = "", ...more] = wrap(detail, width - indent);
    lines.push(head + first);
    const pad = " ".repeat(indent);
    lines.push(...more.map((line) => pad + line));
    if (next === undefined) continue;
    lines.push(...wrap(`Next: ${next}`, width - indent).map((l) => pad + l));
  }
  const failed = results.filter(({ verdict }) => verdict === "fail").length;
  const warned = results.filter(({ verdict }) => verdict === "warn").length;
  const also = warned === 0 ? "" : `, ${warned} to look at`;
  lines.push(
    failed === 0
      ? `Data flows: ${results.length} checks, none failed${also}.`
      : `Data does not flow: ${failed} of ${results.length} checks failed` +
        `${also}.`,
  );
  return lines;
}

/** The same as one JSON object. */
export function jsonReport(results: readonly CheckResult[]): string {
  return JSON.stringify({ ok: allWell(results), checks: results }, null, 2);
}
