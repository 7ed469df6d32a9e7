import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { platformFacts } from "../../tasks/host/platform.ts";
import { checkFolders } from "../../tasks/stack/native/layout.ts";

Deno.test("`checkFolders()` refuses paths that would be parsed as lists", () => {
  const facts = platformFacts("linux");
  checkFolders("/state", "/cache", facts);
  const state = assertThrows(
    () => checkFolders("/a,b", "/cache", facts),
    CommandError,
    'the path "/a,b" contains ","',
  );
  assertEquals(state.next, "move the project to a path without a comma");
  const cache = assertThrows(
    () => checkFolders("/state", "/a:b", facts),
    CommandError,
    'the path "/a:b" contains ":"',
  );
  assertEquals(cache.next, "choose another folder with XDG_CACHE_HOME");
  checkFolders("C:\\state", "C:\\cache", platformFacts("windows"));
});
