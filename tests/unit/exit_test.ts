import { assert, assertEquals } from "@std/assert";
import { CommandError, UsageError } from "../../lib/errors.ts";
import { exitOf, wantsDetails } from "../../lib/exit.ts";

const cause = new Error("connection refused");
const cases: [string, unknown, 1 | 2, string[]][] = [
  ["a UsageError", new UsageError("A is wrong\nB is wrong"), 2, [
    "setup: A is wrong",
    "setup: B is wrong",
    "Try: deno task setup --help",
  ]],
  ["a CommandError", new CommandError("no broker", "start it", { cause }), 1, [
    "setup: no broker",
    "Next: start it",
  ]],
  ["an unexpected error", new TypeError("x is\n  undefined", { cause }), 1, [
    "setup: x is undefined",
    "Set DEBUG=1 to see the stack and the causes of this error.",
  ]],
  ["a thrown string", "out of luck", 1, [
    "setup: out of luck",
    "Set DEBUG=1 to see the stack and the causes of this error.",
  ]],
];

for (const [name, error, code, lines] of cases) {
  Deno.test(`\`exitOf()\` maps ${name} to exit code ${code}`, () => {
    assertEquals(exitOf(error, "setup", { details: false }), { code, lines });
    const detailed = exitOf(error, "setup", { details: true });
    assertEquals(detailed.code, code);
    const isError = error instanceof Error;
    assertEquals(detailed.lines.some((line) => /^ +at /.test(line)), isError);
    assertEquals(
      detailed.lines.includes("Caused by: Error: connection refused"),
      isError && error.cause === cause,
    );
    assert(!detailed.lines.some((line) => line.includes("DEBUG")));
  });
}

Deno.test("`exitOf()` points to --help unless told not to", () => {
  const error = new UsageError("A is wrong");
  const { lines } = exitOf(error, "produce", { details: false, help: false });
  assertEquals(lines, ["produce: A is wrong"]);
});

Deno.test("`exitOf()` gives an unexpected error the caller's next step", () => {
  const options = { details: false, next: "check the folder" };
  const next = (error: Error) => exitOf(error, "deps", options).lines[1];
  assertEquals(next(new Error("x")), "Next: check the folder");
  assertEquals(next(new CommandError("x", "start it")), "Next: start it");
});

Deno.test("`exitOf()` ends with a cause that is its own cause", () => {
  const error = new Error("a");
  error.cause = new Error("b", { cause: error });
  const { lines } = exitOf(error, "x", { details: true });
  assertEquals(lines.filter((line) => line.startsWith("Caused by")).length, 1);
});

Deno.test("`wantsDetails()` follows DEBUG and LOG_LEVEL", () => {
  for (
    const [env, wanted] of [
      [{}, false],
      [{ DEBUG: "" }, false],
      [{ DEBUG: "0" }, false],
      [{ DEBUG: "1" }, true],
      [{ LOG_LEVEL: "info" }, false],
      [{ LOG_LEVEL: "debug" }, true],
    ] as [Record<string, string>, boolean][]
  ) {
    assertEquals(wantsDetails((name) => env[name]), wanted);
  }
});
