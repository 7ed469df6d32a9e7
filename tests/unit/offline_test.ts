import * as standInAssert from "../../offline/assert/mod.ts";
import * as standInCli from "../../offline/cli/parse_args.ts";
import * as standInLog from "../../offline/log/mod.ts";
import commandSource from "../../tasks/cli/command.ts" with { type: "text" };
import cliSource from "../../producer/config/args.ts" with { type: "text" };
import logSource from "../../lib/log.ts" with { type: "text" };
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { documented, parseOptions, undocumented } from "./std_api.ts";

Deno.test("the stand-ins export nothing that the real packages do not", () => {
  const rows: [string, object][] = [
    ["@std/assert", standInAssert],
    ["@std/cli/parse-args", standInCli],
    ["@std/log", standInLog],
  ];
  for (const [name, module] of rows) {
    const known = documented[name] ?? [];
    const extra = Object.keys(module).filter((each) => !known.includes(each));
    assertEquals(extra, [], name);
  }
});

Deno.test("the sources import only what @std documents", () => {
  for (const source of [commandSource, cliSource, logSource]) {
    assertStringIncludes(source, '"@std/');
    assertEquals(undocumented(source), []);
  }
});

Deno.test("`undocumented()` finds what is not in the table", () => {
  const rows: [string, string[]][] = [
    ['import { assert, type Falsy } from "@std/assert";', []],
    ['import {\n  assert as ok,\n} from "@std/assert";', []],
    ['import { assertMagic } from "@std/assert";', [
      "assertMagic in @std/assert",
    ]],
    ['import * as all from "@std/log";', ["* as all from @std/log"]],
    ['import { x } from "@std/fs";', ["{ x } from @std/fs"]],
    ['await import("@std/log")', ["dynamic import"]],
  ];
  for (const [source, found] of rows) assertEquals(undocumented(source), found);
});

Deno.test("`parseArgs()` of the stand-in takes the documented options", () => {
  for (const [name, value] of Object.entries(parseOptions)) {
    standInCli.parseArgs([], { [name]: value });
  }
});

Deno.test("`parseArgs()` of the stand-in refuses an unknown option", () => {
  for (const name of ["booleans", "requires", "negateable"]) {
    const options = { [name]: ["a"] };
    assertThrows(() => standInCli.parseArgs([], options), TypeError, name);
  }
});

Deno.test("`parseArgs()` of the stand-in reads as documented", () => {
  type Options = standInCli.ParseOptions;
  const rows: [string, string[], Options, Record<string, unknown>][] = [
    ["flags, values, words", ["--foo", "--bar=baz", "./quux.txt"], {}, {
      foo: true,
      bar: "baz",
      _: ["./quux.txt"],
    }],
    ["string and boolean", ["--foo", "--bar", "baz"], {
      boolean: ["foo"],
      string: ["bar"],
    }, { foo: true, bar: "baz", _: [] }],
    ["a boolean takes no word", ["--foo", "baz"], { boolean: ["foo"] }, {
      foo: true,
      _: ["baz"],
    }],
    ["booleans are false", [], { boolean: ["foo"], string: ["bar"] }, {
      foo: false,
      _: [],
    }],
    ["collect", ["--foo", "bar", "--foo", "baz"], { collect: ["foo"] }, {
      foo: ["bar", "baz"],
      _: [],
    }],
    ["the last value wins", ["--a=1", "--a=2"], { string: ["a"] }, {
      a: "2",
      _: [],
    }],
    ["negatable", ["--no-foo"], { boolean: ["foo"], negatable: ["foo"] }, {
      foo: false,
      _: [],
    }],
    ["not negatable", ["--no-foo"], { boolean: ["foo"] }, {
      "no-foo": true,
      foo: false,
      _: [],
    }],
    ["alias", ["-j", "--wait", "5"], {
      boolean: ["json"],
      string: ["wait"],
      alias: { j: "json" },
    }, { j: true, json: true, wait: "5", _: [] }],
    ["a group of letters", ["-ab", "-n5"], {}, {
      a: true,
      b: true,
      n: 5,
      _: [],
    }],
    ["a value with =", ["--x=a=b"], { string: ["x"] }, { x: "a=b", _: [] }],
    ["no value left", ["--x", "--y"], { string: ["x"], boolean: ["y"] }, {
      x: "",
      y: true,
      _: [],
    }],
    ["numbers", ["3", "--n", "0x10"], {}, { n: 16, _: [3] }],
    ["default", [], { default: { port: 80 } }, { port: 80, _: [] }],
    ["after --", ["a", "--", "--b"], {}, { _: ["a", "--b"] }],
    ["-- apart", ["a", "--", "--b"], { "--": true }, {
      _: ["a"],
      "--": ["--b"],
    }],
    ["stopEarly", ["--a", "b", "--c"], { boolean: ["a"], stopEarly: true }, {
      a: true,
      _: ["b", "--c"],
    }],
    ["dots", ["--a.b=1"], {}, { a: { b: 1 }, _: [] }],
  ];
  for (const [label, args, options, expected] of rows) {
    const parsed: unknown = standInCli.parseArgs(args, options);
    assertEquals(parsed, expected, label);
  }
});

Deno.test("`parseArgs()` of the stand-in tells `unknown` argument, key and value", () => {
  const seen: unknown[][] = [];
  const parsed = standInCli.parseArgs(["--nope=1", "word", "-x", "--ok"], {
    boolean: ["ok"],
    unknown: (...all) => {
      seen.push(all);
      return false;
    },
  });
  assertEquals(seen, [["--nope=1", "nope", "1"], ["word"], ["-x", "x", true]]);
  assertEquals({ ...parsed }, { ok: true, _: [] });
});

Deno.test("`parseArgs()` of the stand-in infers types from its options", () => {
  const parsed = standInCli.parseArgs(["--wait=5s", "--tag=a"], {
    boolean: ["json"],
    string: ["wait", "tag"],
    collect: ["tag"],
    alias: { json: "j" },
  });
  const json: boolean = parsed.json && parsed.j;
  const wait: string | undefined = parsed.wait;
  const tags: string[] = parsed.tag;
  assertEquals([json, wait, tags], [false, "5s", ["a"]]);
});

Deno.test("`Logger` of the stand-in hands records to its handlers", () => {
  const lines: string[] = [];
  class Memory extends standInLog.BaseHandler {
    override log(line: string): void {
      lines.push(line);
    }
  }
  const handlers = [new Memory("WARN"), new Memory("DEBUG")];
  const logger = new standInLog.Logger("unit", "INFO", { handlers });
  assertEquals(logger.debug(() => "never made"), undefined);
  assertEquals(logger.info({ a: 1, b: "c" }), { a: 1, b: "c" });
  assertEquals(logger.warn(() => "made"), "made");
  assertEquals(lines, ['INFO {"a":1,"b":"c"}', "WARN made", "WARN made"]);
  assertThrows(() => logger.level = 7 as 10, TypeError, "Invalid log level");
});
