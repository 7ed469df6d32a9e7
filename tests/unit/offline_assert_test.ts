import * as standIn from "../../offline/assert/mod.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

const { AssertionError } = standIn;

class Point {
  constructor(readonly x: number) {}
}

Deno.test("`equal()` of the stand-in has the real one's rules", () => {
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
    ["kinds of bytes", new Uint8Array([1]), new Uint16Array([1]), false],
    ["patterns", /a/g, /a/, false],
    ["sets of objects", new Set([{ a: 1 }]), new Set([{ a: 1 }]), true],
    ["maps", new Map([["a", [1]]]), new Map([["a", [2]]]), false],
    ["lists", [1, [2]], [1, [2]], true],
  ];
  for (const [label, a, b, expected] of rows) {
    assertEquals(standIn.equal(a, b), expected, label);
  }
});

Deno.test("`assertEquals()` of the stand-in shows both values", () => {
  const run = () => standIn.assertEquals({ a: 1 }, { a: 2 }, "the label");
  const { message } = assertThrows(run, AssertionError, "the label");
  assertStringIncludes(message, "a: 1");
  assertStringIncludes(message, "a: 2");
});

Deno.test("the stand-in's assertions pass and fail as the real ones", () => {
  const s = standIn;
  const passing: (() => void)[] = [
    () => s.assert(1),
    () => s.assertFalse(""),
    () => s.assertNotEquals([1], [2]),
    () => s.assertStrictEquals(NaN, NaN),
    () => s.assertNotStrictEquals<unknown>({}, {}),
    () => s.assertExists(0),
    () => s.assertInstanceOf(new Point(1), Point),
    () => s.assertMatch("abc", /b/),
    () => s.assertNotMatch("abc", /d/),
    () => s.assertStringIncludes("abc", "bc"),
    () => s.assertArrayIncludes([{ a: 1 }, 2], [{ a: 1 }]),
    () =>
      s.assertObjectMatch({ a: { b: 1, c: 2 }, d: [1, 2] }, { a: { b: 1 } }),
    () => s.assertGreater(2, 1),
    () => s.assertGreaterOrEqual(1, 1),
    () => s.assertLess(1, 2),
    () => s.assertLessOrEqual(1, 1),
    () => s.assertAlmostEquals(0.1 + 0.2, 0.3),
  ];
  for (const run of passing) run();
  const failing: (() => void)[] = [
    () => s.assert(0),
    () => s.assertFalse(1),
    () => s.assertNotEquals([1], [1]),
    () => s.assertStrictEquals<unknown>({}, {}),
    () => s.assertNotStrictEquals(1, 1),
    () => s.assertExists(null),
    () => s.assertInstanceOf({ x: 1 }, Point),
    () => s.assertMatch("abc", /d/),
    () => s.assertNotMatch("abc", /b/),
    () => s.assertStringIncludes("abc", "cb"),
    () => s.assertArrayIncludes([1], [1, 2]),
    () => s.assertObjectMatch({ a: { b: 1 } }, { a: { b: 2 } }),
    () => s.assertGreater(1, 1),
    () => s.assertGreaterOrEqual(0, 1),
    () => s.assertLess(1, 1),
    () => s.assertLessOrEqual(1, 0),
    () => s.assertAlmostEquals(1, 1.1),
    () => s.fail("x"),
    () => s.unreachable(),
  ];
  for (const run of failing) assertThrows(run, AssertionError);
});

Deno.test("`assertThrows()` of the stand-in compares class and text", () => {
  const run = () => {
    throw new TypeError("a word in it");
  };
  const error = standIn.assertThrows(run, TypeError, "word");
  assertEquals(error.message, "a word in it");
  assert(standIn.assertThrows(run) instanceof TypeError);
  const rows: [() => unknown, string][] = [
    [() => standIn.assertThrows(run, RangeError), "RangeError"],
    [() => standIn.assertThrows(run, TypeError, "none"), '"none"'],
    [() => standIn.assertThrows(() => {}, Error), "to throw"],
    [() => standIn.assertThrows(() => {}, "own words"), "own words"],
  ];
  for (const [check, part] of rows) assertThrows(check, AssertionError, part);
});

Deno.test("`assertRejects()` of the stand-in gives the error", async () => {
  const run = () => Promise.reject(new TypeError("late"));
  const error = await standIn.assertRejects(run, TypeError, "late");
  assertEquals(error.message, "late");
  const rows: [() => PromiseLike<unknown>, string][] = [
    [() => Promise.resolve(), "to reject"],
    [() => {
      throw new TypeError("early");
    }, "throws when expected to reject"],
    [run, "RangeError"],
  ];
  for (const [each, part] of rows) {
    const failed = await standIn.assertRejects(
      () => standIn.assertRejects(each, RangeError),
      AssertionError,
    );
    assertStringIncludes(failed.message, part);
  }
});
