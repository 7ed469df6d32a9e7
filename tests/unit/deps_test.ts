import lockText from "../../deno.lock" with { type: "text" };
import {
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { oldDeno } from "../../tasks/deps/deno_version.ts";
import { importedLock, parseLock } from "../../tasks/deps/deno_lock.ts";
import { installFailure } from "../../tasks/deps/run_deps.ts";
import { imported, registryFolder } from "../../tasks/deps/vendor.ts";

// As JSR publishes them; gathered from the lock files of public projects.
const published: Readonly<Record<string, string>> = {
  "assert@1.0.19":
    "eaada96ee120cb980bc47e040f82814d786fe8162ecc53c91d8df60b8755991e",
  "cli@1.0.32":
    "188b3a100d6202d64e3f5bd3d799c7fa4f6d77f92cc65eb7f641c1fa0aa92a66",
  "fmt@1.0.10":
    "90dfba288802ac6de82fb31d0917eb9e4450b9925b954d5e51fc29ac07419db5",
  "fs@1.0.24":
    "f3061b45b81673a2bece689da041df32d174be064c89eb6397fb5718d3fb7877",
  "internal@1.0.14":
    "291516b3d4c35024d6ffbc0a9df5bf4c64116e05b50012cf846710152d2ffdf7",
  "io@0.225.3":
    "27b07b591384d12d7b568f39e61dff966b8230559122df1e9fd11cc068f7ddd1",
  "log@0.224.14":
    "257f7adceee3b53bb2bc86c7242e7d1bc59729e57d4981c4a7e5b876c808f05e",
};

Deno.test("`deno.lock` pins @std by the published hashes", () => {
  const { jsr } = parseLock(lockText);
  const found = jsr.map(({ name, version, integrity }) =>
    [`${name}@${version}`, integrity] as const
  );
  assertEquals(Object.fromEntries(found), published);
  const names = imported(parseLock(lockText)).map(({ name }) => name);
  assertEquals(names, ["assert", "cli", "log"]);
});

Deno.test("`deno.lock` pins each npm package by a SHA-512", () => {
  const npm: Record<string, { integrity: string }> = JSON.parse(lockText).npm;
  for (const [name, { integrity }] of Object.entries(npm)) {
    assertMatch(integrity, /^sha512-[A-Za-z0-9+/]{86}==$/, name);
  }
});

Deno.test("`parseLock()` skips npm packages that some platforms lack", () => {
  const npm = {
    "kafkajs@2.2.4": {},
    "@types/node@24.0.0": {},
    "@types/node@22.0.0": {},
    "@x/native@1.0.0_peer@2": { os: ["linux"], cpu: ["x64"] },
    "maybe@1.0.0": { optional: true },
  };
  const lock = parseLock(JSON.stringify({ npm }));
  assertEquals(lock.npm, ["kafkajs", "@types/node"]);
});

Deno.test("`importedLock()` keeps what deno.json imports, and what that needs", () => {
  const lock = {
    version: "5",
    specifiers: {
      "jsr:@std/a@1": "1.0.1",
      "npm:a@1": "1.2.0",
      "npm:b@2": "2.0.0",
    },
    jsr: { "@std/a@1.0.1": { integrity: "x" } },
    npm: {
      "a@1.2.0": { dependencies: ["c", "d@2.0.0"] },
      "b@2.0.0": { dependencies: ["c", "e"], optionalDependencies: ["f"] },
      "c@1.0.0": {},
      "d@1.0.0": {},
      "d@2.0.0": { optionalDependencies: ["@g/h"] },
      "e@1.0.0": {},
      "f@1.0.0": {},
      "@g/h@3.0.0": { dependencies: ["a"] },
    },
    workspace: { dependencies: ["jsr:@std/a@1", "npm:a@1"] },
  };
  const left = JSON.parse(importedLock(JSON.stringify(lock)));
  assertEquals(left, {
    ...lock,
    specifiers: { "jsr:@std/a@1": "1.0.1", "npm:a@1": "1.2.0" },
    npm: {
      "a@1.2.0": lock.npm["a@1.2.0"],
      "c@1.0.0": {},
      "d@2.0.0": lock.npm["d@2.0.0"],
      "@g/h@3.0.0": lock.npm["@g/h@3.0.0"],
    },
  });
});

Deno.test("`parseLock()` refuses a truncated file", () => {
  assertThrows(() => parseLock('{"version": "5"'), CommandError, "deno.lock");
});

Deno.test("`installFailure()` names the reason and the next step on one line", () => {
  const rows: [string, string, string][] = [
    [
      "error: Failed caching npm package 'a@1'\n\nCaused by:\n" +
      "    0: error sending request for url (x): client error (Connect)\n",
      "Failed caching npm package 'a@1': error sending request for url (x)",
      "network, proxy",
    ],
    ["error: The lockfile is out of date. Run x.\n", "out of date", "git"],
    ["error: Integrity check failed\n", "Integrity", "do not use"],
    ["error: failed (os error 13)\n", "os error 13", "writable"],
    ["", "no reason given", "network"],
  ];
  for (const [stderr, reason, next] of rows) {
    const failure = installFailure("cannot install", stderr);
    assertStringIncludes(failure.message, reason);
    assertEquals(failure.message.includes("\n"), false);
    assertStringIncludes(failure.next, next);
  }
});

Deno.test("`oldDeno()` refuses versions before 2.9", () => {
  for (const version of ["1.46.3", "2.0.0", "2.8.3"]) {
    assertStringIncludes(oldDeno(version) ?? "", `Deno ${version} is too old`);
  }
  for (const version of ["2.9.0", "2.10.1", "2.9.0-rc.1", "3.0.0"]) {
    assertEquals(oldDeno(version), undefined);
  }
});

Deno.test("`registryFolder()` names a registry's folder as Deno does", () => {
  const rows: [string, string][] = [
    ["https://jsr.io/", "jsr.io"],
    ["https://jsr.io", "jsr.io"],
    ["http://127.0.0.1:8123/", "http_127.0.0.1_8123"],
    ["https://mirror.example:8443/jsr/", "mirror.example_8443/jsr"],
  ];
  for (const [url, folder] of rows) assertEquals(registryFolder(url), folder);
});
