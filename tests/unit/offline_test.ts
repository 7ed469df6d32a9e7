import * as standIn from "../../offline/assert.ts";
import { BaseHandler, Logger } from "../../offline/log.ts";
import { parseArgs, type ParseOptions } from "../../offline/parse_args.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";

class Point {
  constructor(readonly x: number) {}
}

function boom(): never {
  throw new TypeError("a word in it");
}

function passes(run: () => void): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

Deno.test("`assertEquals()` of the stand-in has the rules of the real one", () => {
  const rows: [string, unknown, unknown, boolean][] = [
    ["zeros", 0, -0, true],
    ["NaN", [NaN], [NaN], true],
    ["order of keys", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ["undefined is not missing", { a: undefined }, {}, false],
    ["no prototype is a plain one", Object.create(null), {}, true],
    ["classes count", new Point(1), { x: 1 }, false],
    ["instances by fields", new Point(1), new Point(1), true],
    ["dates", new Date(5), new Date(6), false],
    ["bytes", new Uint8Array([1, 2]), new Uint8Array([1, 2]), true],
    ["other bytes", new Uint8Array([1, 2]), new Uint8Array([1, 3]), false],
    ["kinds of bytes", new Uint8Array([1]), new Uint16Array([1]), false],
    ["patterns", /a/g, /a/, false],
    ["sets of objects", new Set([{ a: 1 }]), new Set([{ a: 1 }]), true],
    ["maps", new Map([["a", [1]]]), new Map([["a", [2]]]), false],
    ["lists", [1, [2]], [1, [2]], true],
  ];
  for (const [label, a, b, expected] of rows) {
    const equals = passes(() => standIn.assertEquals(a, b));
    const differs = passes(() => standIn.assertNotEquals(a, b));
    assertEquals([equals, differs], [expected, !expected], label);
  }
});

Deno.test("the assertions of the stand-in pass and fail as the real ones", async () => {
  standIn.assert(1);
  standIn.assertMatch("abc", /b/);
  standIn.assertStringIncludes("abc", "bc");
  assertEquals(
    standIn.assertThrows(boom, TypeError, "word").message,
    "a word in it",
  );
  assert(standIn.assertThrows(boom) instanceof TypeError);
  const rejects = () => Promise.reject(new TypeError("late"));
  const error = await standIn.assertRejects(rejects, TypeError, "late");
  assertEquals(error.message, "late");
  const failing: [() => unknown, string][] = [
    [() => standIn.assert(0, "why"), "why"],
    [() => standIn.assertEquals({ a: 1 }, { a: 2 }), "a: 2"],
    [() => standIn.assertMatch("abc", /d/), "to match /d/"],
    [() => standIn.assertStringIncludes("abc", "cb"), 'to contain "cb"'],
    [() => standIn.assertThrows(boom, RangeError), "RangeError"],
    [() => standIn.assertThrows(boom, TypeError, "none"), '"none"'],
    [() => standIn.assertThrows(() => {}, Error), "to throw"],
    [
      () => standIn.assertThrows(() => {}, Error, undefined, "my message"),
      "to throw: my message",
    ],
    [() => standIn.assertRejects(() => Promise.resolve()), "to reject"],
    [() => standIn.assertRejects(rejects, RangeError), "RangeError"],
    [() => standIn.assertRejects(boom), "throws when expected to reject"],
  ];
  for (const [run, part] of failing) {
    const failure = await (async () => await run())().then(
      () => new Error("nothing was thrown"),
      (error: Error) => error,
    );
    assertEquals(failure.name, "AssertionError", failure.message);
    assert(failure.message.includes(part), failure.message);
  }
});

Deno.test("`parseArgs()` of the stand-in reads as documented", () => {
  const json = { boolean: ["json"], string: ["wait"], alias: { j: "json" } };
  const rows: [string[], ParseOptions, Record<string, unknown>][] = [
    [["--a", "--b=c", "./d"], {}, { a: true, b: "c", _: ["./d"] }],
    [["--json", "word"], { boolean: ["json"] }, { json: true, _: ["word"] }],
    [["--json", "true"], { boolean: ["json"] }, { json: true, _: [] }],
    [["--json=false"], { boolean: ["json"] }, { json: false, _: [] }],
    [["--no-json"], { boolean: ["json"] }, {
      "no-json": true,
      json: false,
      _: [],
    }],
    [["--x=1", "--x=2"], { string: ["x"] }, { x: "2", _: [] }],
    [["--x=a=b"], { string: ["x"] }, { x: "a=b", _: [] }],
    [["--x", "--y"], { string: ["x"], boolean: ["y"] }, {
      x: "",
      y: true,
      _: [],
    }],
    [["-j", "--wait", "5"], json, { j: true, json: true, wait: "5", _: [] }],
    [["-ab"], {}, { a: true, b: true, _: [] }],
    [["3", "0x10"], {}, { _: [3, 16] }],
    [["a", "--", "--b"], {}, { _: ["a", "--b"] }],
  ];
  for (const [args, options, expected] of rows) {
    const parsed: unknown = parseArgs(args, options);
    assertEquals(parsed, expected, args.join(" "));
  }
});

Deno.test("`parseArgs()` of the stand-in passes argument, key and value to `unknown`", () => {
  const seen: unknown[][] = [];
  const parsed = parseArgs(["--nope=1", "word", "-x", "--ok"], {
    boolean: ["ok"],
    unknown: (...all) => {
      seen.push(all);
      return false;
    },
  });
  assertEquals(seen, [["--nope=1", "nope", "1"], ["word"], ["-x", "x", true]]);
  assertEquals({ ...parsed }, { ok: true, _: [] });
});

Deno.test("`parseArgs()` of the stand-in refuses options that it does not support", () => {
  for (const name of ["collect", "booleans"]) {
    assertThrows(() => parseArgs([], { [name]: ["a"] }), TypeError, name);
  }
});

Deno.test("`Logger` of the stand-in passes records to its handlers", () => {
  const lines: string[] = [];
  class Memory extends BaseHandler {
    override log(line: string): void {
      lines.push(line);
    }
  }
  const formatter = (
    { levelName, args }: { levelName: string; args: unknown[] },
  ) => `${levelName}:${args}`;
  const handlers = [new Memory("WARN"), new Memory("DEBUG", { formatter })];
  const logger = new Logger("unit", "INFO", { handlers });
  logger.debug("dropped");
  logger.info("a", 1, 2);
  logger.warn("b", 3);
  assertEquals(lines, ["INFO:1,2", "WARN b", "WARN:3"]);
  assertThrows(() => new Logger("unit", "LOUD" as "INFO"), Error, "LOUD");
});
