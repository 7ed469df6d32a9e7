import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  type FileFacts,
  type Files,
  requirePackages,
  requireReadable,
} from "../../tasks/stack/compose/preflight/readable.ts";

/** Files by path; a mode with 0o40000 is a folder. */
function filesOf(
  modes: Readonly<Record<string, number>>,
  uid = 1000,
): Files {
  const facts = (mode: number): FileFacts => ({
    isDirectory: (mode & 0o40000) !== 0,
    isSymlink: (mode & 0o20000) !== 0,
    mode,
    uid,
    gid: 100,
  });
  return {
    lstat: (path) => {
      const mode = modes[path];
      return mode === undefined ? undefined : facts(mode);
    },
    list: (path) =>
      Object.keys(modes)
        .filter((one) => one.slice(0, one.lastIndexOf("/")) === path)
        .map((one) => one.slice(path.length + 1)),
  };
}

const open = {
  "/p": 0o40711,
  "/p/producer": 0o40755,
  "/p/producer/main.ts": 0o100644,
  "/p/producer/sources": 0o40755,
  "/p/producer/sources/mod.ts": 0o100644,
  "/p/vendor": 0o40755,
  "/p/vendor/jsr.io": 0o40755,
  "/p/node_modules": 0o40755,
  "/p/node_modules/kafkajs": 0o40755,
  "/p/node_modules/kafkajs/package.json": 0o100644,
  "/p/node_modules/link": 0o20700,
  "/p/deno.json": 0o100644,
  "/p/deno.lock": 0o100644,
  "/p/README.md": 0o100600,
};

const closed: [string, Record<string, number>, string][] = [
  ["a deep file", { "/p/producer/sources/mod.ts": 0o100640 }, "producer"],
  ["a folder without x", { "/p/vendor/jsr.io": 0o40754 }, "vendor"],
  ["a folder without r", { "/p/node_modules": 0o40751 }, "node_modules"],
  ["two", { "/p/.env": 0o100600, "/p/deno.lock": 0o100600 }, "deno.lock .env"],
  ["a secret", { "/p/secrets": 0o40755, "/p/secrets/k": 0o100600 }, "secrets"],
];
for (const [name, change, what] of closed) {
  Deno.test(`\`requireReadable()\` finds what user 1993 cannot read: ${name}`, () => {
    const files = filesOf({ ...open, ...change });
    const failure = assertThrows(
      () => requireReadable("/p", files),
      CommandError,
    );
    assertEquals(
      failure.next,
      `make it readable: cd /p && chmod -R o+rX ${what}`,
    );
    // As the owner, that user needs no rights for others.
    requireReadable("/p", filesOf({ ...open, ...change, "/p": 0o40700 }, 1993));
  });
}

Deno.test("`requireReadable()` requires access to the project folder", () => {
  requireReadable("/p", filesOf(open));
  const say = (modes: Record<string, number>) =>
    assertThrows(() => requireReadable("/p", filesOf(modes)), CommandError)
      .next;
  assertEquals(
    say({ ...open, "/p": 0o40700 }),
    "make it readable: cd /p && chmod o+x .",
  );
  assertEquals(
    say({ ...open, "/p": 0o40700, "/p/vendor": 0o40700 }),
    "make it readable: cd /p && chmod o+x . && chmod -R o+rX vendor",
  );
});

Deno.test("`requirePackages()` requires both folders, complete", () => {
  requirePackages("/p", filesOf(open));
  for (
    const [gone, folder] of [
      ["/p/vendor/jsr.io", "vendor"],
      ["/p/node_modules/kafkajs/package.json", "node_modules"],
    ] as const
  ) {
    const { [gone]: _, ...rest } = open;
    const failure = assertThrows(
      () => requirePackages("/p", filesOf(rest)),
      CommandError,
    );
    assertStringIncludes(failure.message, `${folder}/`);
    assertEquals(failure.next, "install them: deno task deps");
  }
});

Deno.test("`requireReadable()` checks the folders of further services where they start", () => {
  const files = filesOf({
    ...open,
    "/p/ops": 0o40755,
    "/p/ops/alerts.yml": 0o100640,
  });
  requireReadable("/p", files);
  const { message, next } = assertThrows(
    () => requireReadable("/p", files, ["ops"]),
    CommandError,
  );
  assertEquals(message, "a container cannot read ops");
  assertStringIncludes(next, "cd /p && chmod -R o+rX ops");
});
