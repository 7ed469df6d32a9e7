import { assertEquals } from "@std/assert";
import plugin from "../../lint/house_rules.ts";

const rows: readonly [string, string, readonly string[]][] = [
  ["lib/a.ts", "const a = (b: number) => b;", ["house/top-level-functions"]],
  ["lib/a.ts", "export const a = function () {};", [
    "house/top-level-functions",
  ]],
  ["lib/a.ts", "const a: Run = () => 1; const b = [1].map((c) => c);", []],
  ["lib/a.ts", "function f() { const a = () => 1; return a; }", []],
  ["lib/a.ts", "export function f(a, b, c, d) {}", ["house/few-parameters"]],
  ["lib/a.ts", "export class A { constructor(a, b, c, d) {} }", [
    "house/few-parameters",
  ]],
  ["lib/a.ts", "export class A { m(a, b, c, d) {} #p(a, b, c, d) {} }", [
    "house/few-parameters",
  ]],
  ["lib/a.ts", "export function f(a, b, c) {} function g(a, b, c, d) {}", []],
  ["lib/a.ts", "Deno.exit(1);", ["house/edges-only"]],
  ["tasks/cli/a.ts", "Deno.env.get(Deno.args[0]);", [
    "house/edges-only",
    "house/edges-only",
  ]],
  ["tasks/status.ts", "Deno.exit(await run(Deno.args));", []],
  ["producer/main.ts", "Deno.exit(1);", []],
  ["tasks/verify/a.ts", "await fetch(url);", ["house/no-bare-fetch"]],
  ["tasks/verify/a.ts", "await options.fetch(url);", []],
  ["lib/http_fetch.ts", "await fetch(url);", []],
  ["tests/kafka/a_test.ts", 'Deno.env.set("A", "b"); Deno.chdir("/");', [
    "house/no-process-state",
    "house/no-process-state",
  ]],
  ["tests/chaos/a_test.ts", 'Deno.env.get("A");', []],
  ["tests/kafka/a_program.ts", 'Deno.env.set("A", "b");', []],
  ["tests/integration/a_test.ts", 'Deno.env.set("A", "b");', []],
];

Deno.test("the house rules report what they forbid, and nothing else", () => {
  for (const [file, source, expected] of rows) {
    const found = Deno.lint.runPlugin(plugin, `/p/${file}`, source);
    assertEquals(found.map(({ id }) => id), expected, source);
  }
});
