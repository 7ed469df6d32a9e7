// A query's result as a table that fits the terminal, as JSON or as CSV: pure.

import { UsageError } from "../../lib/errors.ts";
import type { QueryResult } from "../../lakehouse/lake/lake_types.ts";

type Column = QueryResult["columns"][number];

const gap = "  ";
const minWidth = 4;

/** Types whose values are aligned at the right. */
function isNumber({ type }: Column): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL|DOUBLE|FLOAT)/
    .test(type);
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Two columns for East Asian characters and emoji, one for all others. */
function widthOf(grapheme: string): number {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
      .test(grapheme)
    ? 2
    : 1;
}

function textWidth(text: string): number {
  // Most values are digits and letters.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return graphemes(text).reduce((sum, it) => sum + widthOf(it), 0);
}

/** Control characters would move the terminal's cursor. */
function printable(value: string | null): string {
  if (value === null) return "NULL";
  return value.replaceAll(/\p{Cc}/gu, (char) => {
    const escaped = JSON.stringify(char).slice(1, -1);
    if (escaped !== char) return escaped;
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let used = 0;
  let shown = "";
  for (const grapheme of graphemes(text)) {
    used += widthOf(grapheme);
    if (used > width - 1) break;
    shown += grapheme;
  }
  return `${shown}…`;
}

function pad(text: string, width: number, right: boolean): string {
  const spaces = " ".repeat(Math.max(0, width - textWidth(text)));
  return right ? spaces + text : text + spaces;
}

/**
 * Widths that fit: text columns give way first, the widest of them most.
 * Numbers are never cut, since a cut number is a wrong one.
 */
function fit(
  columns: readonly Column[],
  natural: readonly number[],
  available: number,
): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, it) => sum + it, 0) +
    gap.length * (widths.length - 1) - available;
  while (excess > 0) {
    let widest = -1;
    columns.forEach((column, index) => {
      const width = widths[index] ?? 0;
      if (isNumber(column) || width <= minWidth) return;
      if (widest < 0 || width > (widths[widest] ?? 0)) widest = index;
    });
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}

/** One value below the other, for rows that are wider than the terminal. */
function formatVertically({ columns, rows }: QueryResult): string[] {
  const width = Math.max(...columns.map(({ name }) => textWidth(name)));
  return rows.flatMap((row, index) => [
    `- row ${index + 1}`,
    ...columns.map(({ name }, at) =>
      `  ${pad(name, width, false)}  ${printable(row[at] ?? null)}`
    ),
  ]);
}

/**
 * Formats a result.
 *
 * @param width Columns of the terminal; `undefined` where there is none, so
 * that nothing is cut.
 */
export function formatTable(
  result: QueryResult,
  width: number | undefined,
): string[] {
  const { columns, rows } = result;
  if (columns.length === 0) return [];
  const cells = rows.map((row) => row.map((value) => printable(value)));
  const natural = columns.map(({ name }, index) =>
    Math.max(
      textWidth(name),
      ...cells.map((row) => textWidth(row[index] ?? "")),
    )
  );
  const widths = width === undefined ? natural : fit(columns, natural, width);
  const needed = widths.reduce((sum, it) => sum + it, 0) +
    gap.length * (widths.length - 1);
  if (width !== undefined && needed > width) return formatVertically(result);
  const line = (texts: readonly string[]) =>
    columns.map((column, index) => {
      const size = widths[index] ?? 0;
      return pad(cut(texts[index] ?? "", size), size, isNumber(column));
    }).join(gap).trimEnd();
  return [
    line(columns.map(({ name }) => name)),
    widths.map((size) => "-".repeat(size)).join(gap),
    ...cells.map(line),
  ];
}

/** One JSON object for each row; decimals stay text, as no double holds them. */
export function formatJson({ columns, rows }: QueryResult): string[] {
  return rows.map((row) =>
    JSON.stringify(Object.fromEntries(
      columns.map(({ name, type }, index) => {
        const value = row[index] ?? null;
        if (value === null) return [name, null];
        if (type === "BOOLEAN") return [name, value === "true"];
        if (/^U?(TINY|SMALL)INT$|^U?INTEGER$|^DOUBLE$|^FLOAT$/.test(type)) {
          const number = Number(value);
          return [name, Number.isFinite(number) ? number : value];
        }
        if (/^U?(BIG|HUGE)INT$/.test(type)) {
          const number = Number(value);
          return [name, Number.isSafeInteger(number) ? number : value];
        }
        return [name, value];
      }),
    ))
  );
}

/** RFC 4180, with a header line; NULL is an empty field, empty text is `""`. */
export function formatCsv({ columns, rows }: QueryResult): string[] {
  const field = (value: string | null) =>
    value === null
      ? ""
      : value === "" || /[",\r\n]/.test(value)
      ? `"${value.replaceAll('"', '""')}"`
      : value;
  return [
    columns.map(({ name }) => field(name)).join(","),
    ...rows.map((row) => row.map((value) => field(value)).join(",")),
  ];
}

/** How a result is written: `table` for people, the others for programs. */
export type RowsForm = "table" | "json" | "csv";

/**
 * The form that the flags `--json` and `--csv` choose.
 *
 * @throws {UsageError} where both are given.
 */
export function rowsForm(
  flags: { has(name: "json" | "csv"): boolean },
): RowsForm {
  if (!flags.has("json")) return flags.has("csv") ? "csv" : "table";
  if (!flags.has("csv")) return "json";
  throw new UsageError("--json and --csv: expected one of them");
}

/**
 * Lines of a result in a form.
 *
 * @param width Columns of the terminal that a table has to fit.
 */
export function formatRows(
  found: QueryResult,
  form: RowsForm,
  width?: number,
): string[] {
  switch (form) {
    case "json":
      return formatJson(found);
    case "csv":
      return formatCsv(found);
    case "table":
      return formatTable(found, width);
  }
}

/**
 * Formats a result that comes in parts, for programs.
 *
 * @returns gives the lines of the next part.
 */
export function partsFormatter(
  form: Exclude<RowsForm, "table">,
): (part: QueryResult) => string[] {
  if (form === "json") return formatJson;
  let isFirst = true;
  return (part) => {
    const lines = formatCsv(part);
    if (!isFirst) lines.shift();
    isFirst = false;
    return lines;
  };
}
