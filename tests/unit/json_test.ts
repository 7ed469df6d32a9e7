import { assertEquals } from "@std/assert";
import {
  isObject,
  numberAt,
  objectAt,
  parseArray,
  textAt,
  textsAt,
  valueAt,
} from "../../lib/json.ts";

const value = {
  name: "kafka",
  state: { code: 137, killed: true, none: null },
  list: ["a", 1, "b"],
};

Deno.test("`isObject()` accepts neither null nor arrays", () => {
  assertEquals([{}, null, [], "a", 1].map(isObject), [
    ...[true, false, false, false, false],
  ]);
});

Deno.test("values are read at a path, whatever is missing on it", () => {
  assertEquals(valueAt(value, "state", "killed"), true);
  assertEquals(valueAt(value, "state", "none", "deeper"), undefined);
  assertEquals(valueAt(undefined, "a"), undefined);
  assertEquals(objectAt(value, "state", "none"), {});
  assertEquals(textAt(value, "name"), "kafka");
  assertEquals(textAt(value, "state"), "");
  assertEquals(numberAt(value, "state", "code"), 137);
  assertEquals(numberAt(value, "name"), 0);
  assertEquals(textsAt(value, "list"), ["a", "b"]);
  assertEquals(textsAt(value, "name"), []);
});

Deno.test("`parseArray()` reads blank text as no elements", () => {
  assertEquals(parseArray(" \n"), []);
  assertEquals(parseArray("[1]"), [1]);
  assertEquals(parseArray("{}"), []);
});
