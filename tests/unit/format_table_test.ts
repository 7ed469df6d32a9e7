import { assert, assertEquals } from "@std/assert";
import {
  formatCsv,
  formatJson,
  formatRows,
  formatTable,
  partsFormatter,
} from "../../tasks/lake/format_table.ts";

const columns = [
  { name: "coin", type: "VARCHAR" },
  { name: "price", type: "DECIMAL(38,18)" },
  { name: "n", type: "BIGINT" },
];

const prices = {
  columns,
  rows: [
    ["bitcoin", "92937.000000000000000001", "7"],
    ["shiba-inu", "0.000000004563000000", "12"],
    [null, null, null],
  ],
};

Deno.test("`formatTable()` aligns text left and numbers right", () => {
  assertEquals(formatTable(prices, 80), [
    "coin                          price     n",
    "---------  ------------------------  ----",
    "bitcoin    92937.000000000000000001     7",
    "shiba-inu      0.000000004563000000    12",
    "NULL                           NULL  NULL",
  ]);
});

Deno.test("`formatTable()` cuts text, never a number", () => {
  const rows = [["a coin with quite a long name", "1234567890.12", "1"]];
  const lines = formatTable({ columns, rows }, 40);
  assert(lines.every((line) => line.length <= 40), lines.join("\n"));
  assertEquals(lines[2], "a coin with quite a l…  1234567890.12  1");
});

Deno.test("`formatTable()` writes values below each other where a row cannot fit", () => {
  const rows = [["bitcoin", "92937.000000000000000001", "7"]];
  assertEquals(formatTable({ columns, rows }, 20), [
    "- row 1",
    "  coin   bitcoin",
    "  price  92937.000000000000000001",
    "  n      7",
  ]);
});

Deno.test("`formatTable()` cuts nothing without a terminal", () => {
  const text = "x".repeat(500);
  const lines = formatTable({ columns, rows: [[text, "1", "1"]] }, undefined);
  assert(lines[2]?.startsWith(text));
});

Deno.test("`formatTable()` lets no control character reach the terminal", () => {
  const rows = [["a\n\x1b[31mb\x9b", "1", "1"]];
  const [, , line] = formatTable({ columns, rows }, 80);
  assertEquals(line, String.raw`a\n\u001b[31mb\u009b      1  1`);
});

Deno.test("`formatTable()` counts the columns of wide characters", () => {
  const rows = [["比特币", "1", "1"], ["bitcoin", "2", "2"]];
  assertEquals(formatTable({ columns, rows }, 80).slice(2), [
    "比特币       1  1",
    "bitcoin      2  2",
  ]);
});

Deno.test("`formatJson()` keeps decimals as text, in full", () => {
  assertEquals(formatJson(prices), [
    '{"coin":"bitcoin","price":"92937.000000000000000001","n":7}',
    '{"coin":"shiba-inu","price":"0.000000004563000000","n":12}',
    '{"coin":null,"price":null,"n":null}',
  ]);
});

Deno.test("`formatJson()` keeps whole numbers that no double holds as text", () => {
  const rows = [["x", "1", "9007199254740993"]];
  assertEquals(formatJson({ columns, rows }), [
    '{"coin":"x","price":"1","n":"9007199254740993"}',
  ]);
});

Deno.test("`formatCsv()` quotes what needs it, and tells NULL from empty text", () => {
  const rows = [['say "a",\nb', "1", null], ["", null, "2"]];
  assertEquals(formatCsv({ columns, rows }), [
    "coin,price,n",
    '"say ""a"",\nb",1,',
    '"",,2',
  ]);
});

Deno.test("partsFormatter() writes what the whole result would be", () => {
  const columns = [{ name: "a", type: "INTEGER" }, {
    name: "b",
    type: "VARCHAR",
  }];
  const rows = [["1", "x"], ["2", null], ["3", 'y"']];
  for (const form of ["json", "csv"] as const) {
    const linesOf = partsFormatter(form);
    const parts = [rows.slice(0, 2), rows.slice(2)];
    assertEquals(
      parts.flatMap((part) => linesOf({ columns, rows: part })),
      formatRows({ columns, rows }, form),
    );
    const none = { columns, rows: [] };
    assertEquals(partsFormatter(form)(none), formatRows(none, form));
  }
});
