import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import {
  formatMarker,
  type Found,
  installFailure,
  type Marker,
  parseDepsArgs,
  parseMarker,
  type Plan,
  planOf,
} from "../../tasks/deps/plan.ts";
import { vendoredFiles } from "../../tasks/deps/stand_ins.ts";
import { oldDeno } from "../../tasks/deps/version.ts";

const hourMs = 60 * 60 * 1000;
const now = 1_000 * hourMs;
const print = "p";
const real: Marker = { print, from: "jsr", tried: 0 };
const standIns: Marker = { print, from: "stand-ins", tried: now - hourMs };
const modules = { marker: { print, from: "npm" }, whole: true } as const;
const found: Found = {
  print,
  vendor: { marker: real, whole: true },
  modules,
  refresh: false,
  now,
};

Deno.test("`planOf()` does what is needed and no more", () => {
  const stood = { marker: standIns, whole: true };
  const rows: [string, Partial<Found>, Partial<Plan>][] = [
    ["all in place", {}, {}],
    ["real ones need no refresh", { refresh: true }, {}],
    ["another lock", { print: "q" }, {
      vendor: true,
      modules: true,
      askJsr: true,
    }],
    ["nothing there", { vendor: { whole: false }, modules: { whole: false } }, {
      vendor: true,
      modules: true,
      askJsr: true,
    }],
    ["a package deleted", { modules: { ...modules, whole: false } }, {
      modules: true,
    }],
    ["a killed run's vendor", { vendor: { whole: true } }, {
      vendor: true,
      askJsr: true,
    }],
    ["stand-ins of an hour ago", { vendor: stood }, {}],
    ["refresh", { vendor: stood, refresh: true }, { askJsr: true }],
    ["a day later", { vendor: stood, now: now + 23 * hourMs }, {
      askJsr: true,
    }],
    ["a clock set back", { vendor: stood, now: now - 2 * hourMs }, {
      askJsr: true,
    }],
    ["new stand-ins within a day", { vendor: stood, print: "q" }, {
      vendor: true,
      modules: true,
    }],
  ];
  const nothing = { vendor: false, modules: false, askJsr: false };
  for (const [label, change, plan] of rows) {
    assertEquals(
      planOf({ ...found, ...change }),
      { ...nothing, ...plan },
      label,
    );
  }
});

Deno.test("`parseMarker()` reads what `formatMarker()` wrote, half of it is none", () => {
  const text = formatMarker(standIns);
  assertEquals(parseMarker(text), standIns);
  for (
    const half of [undefined, "", text.slice(0, 30), "null", '{"print":1}']
  ) {
    assertEquals(parseMarker(half), undefined);
  }
});

Deno.test("`parseDepsArgs()` refuses what it does not know", () => {
  assertEquals(parseDepsArgs([]), { kind: "install", refresh: false });
  assertEquals(parseDepsArgs(["--refresh"]), {
    kind: "install",
    refresh: true,
  });
  assertEquals(parseDepsArgs(["--help"]), { kind: "help" });
  assertThrows(() => parseDepsArgs(["--refesh"]), UsageError, "--refesh");
  assertThrows(
    () => parseDepsArgs(["word"]),
    UsageError,
    "--refresh or --help",
  );
});

Deno.test("`installFailure()` says the reason and the next step on one line", () => {
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

Deno.test("`oldDeno()` refuses what is older than 2.9", () => {
  for (const version of ["1.46.3", "2.0.0", "2.8.3"]) {
    assertStringIncludes(oldDeno(version) ?? "", `Deno ${version} is too old`);
  }
  for (const version of ["2.9.0", "2.10.1", "2.9.0-rc.1", "3.0.0"]) {
    assertEquals(oldDeno(version), undefined);
  }
});

Deno.test("`vendoredFiles()` lays a stand-in out as JSR does", async () => {
  const sources = new Map([["parse_args.ts", "é\n"]]);
  const files = await vendoredFiles("cli", "1.0.32", sources);
  assertEquals([...files.keys()], [
    "@std/cli/1.0.32/parse_args.ts",
    "@std/cli/meta.json",
    "@std/cli/1.0.32_meta.json",
  ]);
  assertEquals(JSON.parse(files.get("@std/cli/1.0.32_meta.json") ?? ""), {
    manifest: {
      "/parse_args.ts": {
        size: 3,
        checksum:
          "sha256-edd3a863872a04239eb29ad4bc12fc892b3d4ae57cc7e786a3697816f8e141c2",
      },
    },
    exports: { "./parse-args": "./parse_args.ts" },
  });
});
