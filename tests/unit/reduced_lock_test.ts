import lockText from "../../deno.lock" with { type: "text" };
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  importedPackages,
  jsrProject,
  moduleFolders,
  parseFileList,
  parseLock,
  registryFolder,
} from "../../tasks/deps/reduced_lock.ts";

// As JSR publishes them; gathered from the lock files of public projects.
const published: Readonly<Record<string, string>> = {
  "@std/assert@1.0.19":
    "eaada96ee120cb980bc47e040f82814d786fe8162ecc53c91d8df60b8755991e",
  "@std/cli@1.0.32":
    "188b3a100d6202d64e3f5bd3d799c7fa4f6d77f92cc65eb7f641c1fa0aa92a66",
  "@std/fmt@1.0.10":
    "90dfba288802ac6de82fb31d0917eb9e4450b9925b954d5e51fc29ac07419db5",
  "@std/fs@1.0.24":
    "f3061b45b81673a2bece689da041df32d174be064c89eb6397fb5718d3fb7877",
  "@std/internal@1.0.14":
    "291516b3d4c35024d6ffbc0a9df5bf4c64116e05b50012cf846710152d2ffdf7",
  "@std/io@0.225.3":
    "27b07b591384d12d7b568f39e61dff966b8230559122df1e9fd11cc068f7ddd1",
  "@std/log@0.224.14":
    "257f7adceee3b53bb2bc86c7242e7d1bc59729e57d4981c4a7e5b876c808f05e",
};

const lock = parseLock(lockText);

Deno.test("`deno.lock` pins @std by the published hashes", () => {
  const found = Object.entries(lock.jsr).map(([name, { integrity }]) =>
    [name, integrity] as const
  );
  assertEquals(Object.fromEntries(found), published);
});

Deno.test("`deno.lock` pins each npm package by a SHA-512", () => {
  for (const [name, { integrity }] of Object.entries(lock.npm)) {
    assertMatch(String(integrity), /^sha512-[A-Za-z0-9+/]{86}==$/, name);
  }
});

Deno.test("`importedPackages()` names the three packages of the project", () => {
  const packages = importedPackages(lock);
  assertEquals(packages.map(({ name }) => name), ["assert", "cli", "log"]);
  for (const { name, version, integrity } of packages) {
    assertEquals(integrity, published[`@std/${name}@${version}`]);
  }
});

Deno.test("`moduleFolders()` leaves out what some platforms lack", () => {
  const npm = {
    "kafkajs@2.2.4": {},
    "@types/node@24.0.0": {},
    "@types/node@22.0.0": {},
    "@x/native@1.0.0_peer@2": { os: ["linux"], cpu: ["x64"] },
    "maybe@1.0.0": { optional: true },
  };
  assertEquals(moduleFolders({ ...lock, npm }), ["kafkajs", "@types/node"]);
});

Deno.test("`jsrProject()` keeps JSR's packages and hashes, and nothing of npm", () => {
  const project = jsrProject(lock);
  const reduced = parseLock(project.lock);
  assertEquals(reduced.jsr, lock.jsr);
  assertEquals(importedPackages(reduced), importedPackages(lock));
  assertEquals(project.lock.includes("npm:"), false);
  assertEquals(JSON.parse(project.config), {
    imports: {
      "@std/assert": "jsr:@std/assert@^1.0.19",
      "@std/cli": "jsr:@std/cli@^1.0.32",
      "@std/log": "jsr:@std/log@~0.224.14",
    },
    vendor: true,
    lock: { frozen: true },
  });
});

Deno.test("`parseLock()` refuses half a file", () => {
  assertThrows(() => parseLock('{"version": "5"'), CommandError, "deno.lock");
});

Deno.test("`parseFileList()` takes half a file for none", () => {
  assertEquals(parseFileList('{"manifest": {'), undefined);
  assertEquals(parseFileList(undefined), undefined);
  assertEquals(parseFileList('{"exports": {}}')?.manifest, {});
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
