import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  defaultCacheDir,
  type Platform,
  platformFacts,
} from "../../tasks/host/platform.ts";

Deno.test("`platformFacts()` knows each platform's programs", () => {
  const unix = ["java", "mvn", ":"];
  const rows: [Platform, string[]][] = [
    ["linux", unix],
    ["darwin", unix],
    ["windows", ["java.exe", "mvn.cmd", ";"]],
    ["freebsd", unix],
  ];
  for (const [platform, expected] of rows) {
    const { java, maven, listSeparator } = platformFacts(platform);
    assertEquals([java, maven, listSeparator], expected, platform);
  }
});

const folders: readonly (readonly [
  string,
  Platform,
  Readonly<Record<string, string>>,
  string,
])[] = [
  ["HOME", "linux", { HOME: "/home/a" }, "/home/a/.cache/crypto-stream"],
  [
    "XDG_CACHE_HOME first",
    "linux",
    { HOME: "/home/a", XDG_CACHE_HOME: "/big" },
    "/big/crypto-stream",
  ],
  [
    "no relative XDG_CACHE_HOME",
    "linux",
    { HOME: "/home/a", XDG_CACHE_HOME: "big" },
    "/home/a/.cache/crypto-stream",
  ],
  [
    "the Mac's own place",
    "darwin",
    { HOME: "/Users/a" },
    "/Users/a/Library/Caches/crypto-stream",
  ],
  [
    "LOCALAPPDATA",
    "windows",
    { LOCALAPPDATA: "C:\\Users\\a\\AppData\\Local" },
    "C:/Users/a/AppData/Local/crypto-stream",
  ],
  [
    "USERPROFILE else",
    "windows",
    { USERPROFILE: "C:\\Users\\a" },
    "C:/Users/a/AppData/Local/crypto-stream",
  ],
];

for (const [row, platform, env, expected] of folders) {
  Deno.test(`\`defaultCacheDir()\` uses ${row} on ${platform}`, () => {
    assertEquals(defaultCacheDir(platform, (name) => env[name]), expected);
  });
}

Deno.test("`defaultCacheDir()` refuses to guess without a home folder", () => {
  assertThrows(
    () => defaultCacheDir("linux", () => undefined),
    CommandError,
    "expected XDG_CACHE_HOME or the home folder in the environment",
  );
});
