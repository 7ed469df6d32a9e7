import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  defaultCacheDir,
  type Platform,
  platformFacts,
} from "../../tasks/host/platform.ts";

const programs: readonly (readonly [Platform, string, string, string])[] = [
  ["linux", "java", "mvn", ":"],
  ["darwin", "java", "mvn", ":"],
  ["windows", "java.exe", "mvn.cmd", ";"],
  ["freebsd", "java", "mvn", ":"],
];

for (const [platform, java, maven, separator] of programs) {
  Deno.test(`\`platformFacts()\` knows ${platform}'s programs`, () => {
    const facts = platformFacts(platform);
    assertEquals([facts.java, facts.maven, facts.listSeparator], [
      java,
      maven,
      separator,
    ]);
  });
}

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
