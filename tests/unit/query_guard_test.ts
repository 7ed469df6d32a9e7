import { assertEquals, assertThrows } from "@std/assert";
import { checkStatement, explained } from "../../lakehouse/lake/query_guard.ts";
import { CommandError } from "../../lib/errors.ts";

function call(name: string) {
  return { type: "TABLE_FUNCTION", function: { function_name: name } };
}

function statement(...from: unknown[]): string {
  const node = { type: "SELECT_NODE", from_table: from };
  return JSON.stringify({ error: false, statements: [{ node }] });
}

function refusal(serialized: string): string {
  return assertThrows(() => checkStatement(serialized), CommandError).message;
}

Deno.test("checkStatement() passes a SELECT on tables and harmless functions", () => {
  checkStatement(statement({ type: "BASE_TABLE", table_name: "sqlite_scan" }));
  checkStatement(statement(call("range"), { left: call("SNAPSHOTS") }));
});

Deno.test("checkStatement() refuses what could leave the lake, however deep", () => {
  for (const name of ["sqlite_scan", "READ_CSV", "query", "enable_logging"]) {
    const inner = { where_clause: { subquery: [{ node: call(name) }] } };
    assertEquals(
      refusal(statement(call("range"), inner)),
      `the function ${name.toLowerCase()}() is not available here: queries ` +
        "read the lake's tables only",
    );
  }
  assertEquals(
    refusal(statement({ type: "TABLE_FUNCTION" })).slice(0, 22),
    "the function unknown()",
  );
});

Deno.test("checkStatement() wants exactly one statement that reads", () => {
  const statements = [{ node: {} }, { node: {} }];
  assertEquals(
    refusal(JSON.stringify({ error: false, statements })),
    "2 statements: expected one",
  );
  assertEquals(
    refusal(JSON.stringify({ error: false, statements: [] })),
    "0 statements: expected one",
  );
  // DuckDB's own type of error for a statement that is not a SELECT.
  const notSelect = { error: true, error_type: "not implemented" };
  assertEquals(
    refusal(JSON.stringify(notSelect)),
    "the statement is not a query: the lake is only read here",
  );
  assertEquals(
    refusal(JSON.stringify({
      error: true,
      error_type: "parser",
      error_message: 'syntax error at or near "selec"',
    })),
    'syntax error at or near "selec"',
  );
});

Deno.test("explained() is the statement that an EXPLAIN is about", () => {
  assertEquals(explained("EXPLAIN SELECT 1"), " SELECT 1");
  assertEquals(explained("explain analyze\n(FROM t)"), "\n(FROM t)");
  assertEquals(explained("SELECT 'EXPLAIN x'"), "SELECT 'EXPLAIN x'");
  assertEquals(explained("explained"), "explained");
});
