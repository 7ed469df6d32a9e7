import { assertEquals } from "@std/assert";
import { findChromium } from "../../tasks/host/find_chromium.ts";

Deno.test("findChromium() takes the named one, else the first in PATH", () => {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  function find(variables: Record<string, string>, files: readonly string[]) {
    return findChromium(
      (name) => variables[name],
      (path) => files.includes(path),
    );
  }
  const path = { PATH: ["/a", "/b"].join(separator) };
  assertEquals(find(path, []), undefined);
  assertEquals(find({}, []), undefined);
  assertEquals(
    find(path, ["/b/google-chrome", "/b/chromium", "/c/chromium"]),
    "/b/chromium",
  );
  assertEquals(
    find({ ...path, CHROMIUM: "/c/chromium" }, ["/b/chromium", "/c/chromium"]),
    "/c/chromium",
  );
  assertEquals(find({ ...path, CHROMIUM: "/no" }, ["/b/chromium"]), undefined);
});
