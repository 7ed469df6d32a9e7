import { assertEquals, assertThrows } from "@std/assert";
import { parseDotenv } from "../../lib/dotenv.ts";
import { UsageError } from "../../lib/errors.ts";

/** What Docker Compose makes of these lines, as `config` printed it. */
const forms: [what: string, text: string, values: Record<string, string>][] = [
  ["a BOM and CRLF", "\uFEFF# c\r\nA=1\r\nB=2\r\n", { A: "1", B: "2" }],
  ["export and blanks", "export A = x\n  B : y\n", { A: "x", B: "y" }],
  ["comments", "A=b # c\nB=b#c\nC='x # y' # c\n", {
    A: "b",
    B: "b#c",
    C: "x # y",
  }],
  ["escapes in double quotes", 'A="x\\ny \\"q\\" \\\\ \\0101 \\z"\n', {
    A: 'x\ny "q" \\ A \\z',
  }],
  ["none in single quotes", "A='x\\ny $B'\n", { A: "x\\ny $B" }],
  ["several lines", 'A="one\ntwo"\nB=3\n', { A: "one\ntwo", B: "3" }],
  ["interpolation", 'A=1\nB=${A}2$A\nC=$$A\nD="\\$A"\n', {
    B: "121",
    C: "$A",
    D: "$A",
  }],
  ["defaults", "A=${X:-d}${X-e}${HOST:-f}\nB=${X:+g}${HOST+h}\n", {
    A: "dehost",
    B: "h",
  }],
  ["a default in a default", "A=${X:-${Y:-${HOST}}}\n", { A: "host" }],
  ["names of other programs", "A.B=c\nmy-var=1\nKEY: v\nSOME_FLAG\nA=1\n", {
    "A.B": "c",
    "my-var": "1",
    KEY: "v",
    A: "1",
  }],
  ["a name alone, which the environment has", "HOST\n", { HOST: "host" }],
  ["the last of two", "A=1\nA=2", { A: "2" }],
];
function environment(name: string): string | undefined {
  return name === "HOST" ? "host" : undefined;
}

for (const [what, text, values] of forms) {
  Deno.test(`parseDotenv() reads ${what}`, () => {
    const dotenv = parseDotenv(text, environment);
    const names = Object.keys(values);
    const found = names.map((name) => [name, dotenv.get(name)]);
    assertEquals(Object.fromEntries(found), values);
    assertEquals(dotenv.get("SOME_FLAG"), undefined);
  });
}

Deno.test("parseDotenv() names the line that Compose refuses, not its value", () => {
  for (
    const [text, line] of [
      ["A=1\nse cret", "line 2"],
      ["A=1\n\n=secret\n", "line 3"],
      ["A='secret", "line 1: missing closing quote"],
      ["A$=secret\n", "line 1"],
    ] as const
  ) {
    const { message } = assertThrows(() => parseDotenv(text), UsageError);
    assertEquals(message.includes(line), true, message);
    assertEquals(message.includes("secret"), false, message);
  }
});

Deno.test("parseDotenv() fails for an interpolation only when its variable is read", () => {
  const dotenv = parseDotenv(
    "A=${B:?give one}\nC=${A}\nD=1\nE=${F",
    environment,
  );
  assertEquals(dotenv.get("D"), "1");
  for (
    const [name, part] of [
      ["A", "A, .env line 1: B is required: give one"],
      ["C", "B is required"],
      ["E", "E, .env line 4: a brace"],
    ] as const
  ) assertThrows(() => dotenv.get(name), UsageError, part);
});

Deno.test("a value that Compose refuses is refused also where a later line has a good one", () => {
  const dotenv = parseDotenv("A=${\nB=1\nA=2\nB=3\n");
  assertThrows(() => dotenv.get("A"), UsageError, "line 1");
  assertEquals(dotenv.get("B"), "3");
});
