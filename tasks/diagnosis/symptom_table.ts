/**
 * The README's troubleshooting table, made from the symptoms.
 *
 * @module
 */

import type { Symptom } from "./symptom.ts";

const begin = "<!-- troubleshooting: deno task docs writes this table -->";
const end = "<!-- end of troubleshooting -->";

const code = (text: string) => `\`${text}\``;

function cells({ shows, cause, cure, type = [] }: Symptom): string[] {
  const typed = type.map(code).join(", then ");
  return [
    shows.split(" / ").map(code).join(" or "),
    cause,
    typed === "" ? cure : `${cure}: ${typed}`,
  ];
}

/** The table, in the shape that `deno fmt` keeps. */
export function troubleshootingTable(symptoms: readonly Symptom[]): string {
  const rows = [["you see", "cause", "cure"], ...symptoms.map(cells)];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  const lines = rows.map((row) =>
    `| ${
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")
    } |`
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

/**
 * The README with this table between its two markers.
 *
 * @throws {Error} when the markers are not there.
 */
export function withTable(readme: string, table: string): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end, from);
  if (from === -1 || to === -1) {
    throw new Error(`README.md has no lines "${begin}" and "${end}"`);
  }
  const head = readme.slice(0, from + begin.length);
  return `${head}\n\n${table}\n\n${readme.slice(to)}`;
}
