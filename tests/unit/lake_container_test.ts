import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { fillVolume, setUpLake } from "../../tasks/lake/container_setup.ts";
import { isLakeInContainer } from "../../tasks/lake/lake_place.ts";
import type { ProcessResult } from "../../tasks/host/run_process.ts";
import {
  type LakeProgram,
  programArgs,
  refuseKilled,
} from "../../tasks/stack/compose/lake_service.ts";
import type { ServiceStatus } from "../../tasks/stack/stack.ts";
import { container } from "../fakes/stack.ts";

const query = { args: ["tasks/lake.ts", "sql", "FROM gold.crypto_latest"] };

Deno.test("a query runs inside the running container, as the first to end without memory", () => {
  const args = programArgs(container("crypto-lake"), query);
  assertEquals(args.slice(0, 4), ["exec", "crypto-lake", "sh", "-c"]);
  assertEquals(args[4]?.includes("oom_score_adj"), true);
  assertEquals(args.slice(-4), ["--cached-only", ...query.args]);
  const typed = { ...query, terminal: true };
  assertEquals(
    programArgs(container("crypto-lake"), typed).slice(0, 4),
    ["exec", "-i", "-t", "crypto-lake"],
  );
});

Deno.test("without it, or with a folder of the host, the query gets one of its own", () => {
  const args = programArgs(undefined, query);
  assertEquals(args, [
    ...["compose", "run", "--rm", "--no-deps", "-T", "crypto-lake"],
    ...["run", "-q", "-P=lake", ...query.args],
  ]);
  const mount = { folder: "/home/a/x", variable: "DUCKDB_EXTENSIONS" };
  const mounted = programArgs(container("crypto-lake"), { ...query, mount });
  assertEquals(mounted.slice(5, 9), [
    ...["-v", "/home/a/x:/mnt/of-host:ro"],
    ...["-e", "DUCKDB_EXTENSIONS=/mnt/of-host"],
  ]);
});

Deno.test("a query that is ended for its memory fails in words", () => {
  for (const code of [0, 1, 2, 130]) refuseKilled(code);
  assertThrows(() => refuseKilled(137), CommandError, "more memory than");
});

/** A container that prints these, one after the other, and what it was given. */
function stackOf(...ends: ProcessResult[]) {
  const folders: (string | undefined)[] = [];
  const runInLake = (program: LakeProgram) => {
    folders.push(program.mount?.folder);
    const end = ends.shift() ?? { code: 0, stdout: "", stderr: "" };
    end.stderr.split("\n").forEach((line) => program.call?.onLine?.(line));
    return Promise.resolve(end);
  };
  return { folders, runInLake };
}

function missing(platform: string): ProcessResult {
  const stderr = "lake: cannot get it\nNext: do this\n";
  return { code: 1, stdout: `missing ${platform}\n`, stderr };
}
const noNetwork = {
  code: 1,
  stdout: "",
  stderr: "lake: fetching\nlake: cannot get DuckDB: no network\nNext: check\n",
};

async function fill(
  known: string | undefined,
  ...ends: ProcessResult[]
): Promise<{ folders: unknown[]; lines: string[]; asked: string[] }> {
  const { folders, runInLake } = stackOf(...ends);
  const lines: string[] = [];
  const asked: string[] = [];
  await fillVolume({ runInLake }, {
    progress: (line) => lines.push(line),
    knownExtensions: () => Promise.resolve(known),
    fetchExtensions(platform) {
      asked.push(platform);
      return Promise.resolve(`/cache/${platform}`);
    },
  });
  return { folders, lines, asked };
}

Deno.test("`fillVolume()`: the container gets what it can, this machine the rest", async () => {
  assertEquals((await fill(undefined)).folders, [undefined]);
  assertEquals((await fill("/cache/of-user")).folders, ["/cache/of-user"]);
  const arm = await fill(undefined, missing("linux_arm64"));
  assertEquals(arm.asked, ["linux_arm64"]);
  assertEquals(arm.folders, [undefined, "/cache/linux_arm64"]);
  assertEquals(arm.lines, [
    "  the lake's volume cannot be filled: cannot get it",
    "  lake: getting the extensions on this machine, for the container",
  ]);
});

Deno.test("`setUpLake()` fills and starts what does not run, without its earlier restarts", async () => {
  const rows: [ServiceStatus["state"] | undefined, string[]][] = [
    [undefined, ["fill", "start"]],
    ["stopped", ["fill", "start"]],
    ["failed", ["remove", "fill", "start"]],
    ["running", ["start"]],
  ];
  for (const [state, expected] of rows) {
    const calls: string[] = [];
    const call = (name: string) => () => {
      calls.push(name);
      return Promise.resolve();
    };
    const service = { name: "crypto-lake", address: "", detail: "" };
    const services = state === undefined ? [] : [{ ...service, state }];
    await setUpLake(
      {
        status: () => Promise.resolve(services),
        remove: call("remove"),
        startLake: call("start"),
        runInLake: async () => {
          await call("fill")();
          return { code: 0, stdout: "", stderr: "" };
        },
      },
      () => {},
      {
        progress: () => {},
        knownExtensions: () => Promise.resolve(undefined),
        fetchExtensions: () => Promise.resolve(""),
      },
    );
    assertEquals(calls, expected, state);
  }
});

Deno.test("`fillVolume()` fails in the container's words, with its next step", async () => {
  const rows: [string | undefined, ProcessResult[], string, string][] = [
    [undefined, [noNetwork], "cannot get DuckDB: no network", "check"],
    [undefined, [missing("linux_arm64_musl")], "cannot get it", "do this"],
    ["/named", [missing("linux_amd64")], "cannot get it", "do this"],
    [undefined, [missing("linux_amd64"), noNetwork], "no network", "check"],
    [
      undefined,
      [{ code: 125, stdout: "", stderr: "no such image\n" }],
      "no such image",
      "docker info",
    ],
  ];
  for (const [known, ends, words, next] of rows) {
    const error = await assertRejects(
      () => fill(known, ...ends),
      CommandError,
      words,
    );
    assertEquals(error.next.includes(next), true, error.next);
  }
});

Deno.test("commands work on the container's lake after `setup --lake`, unless LAKE_DIR names one", () => {
  const chosen = "COMPOSE_PROFILES=lake\n";
  const rows: [string, string | undefined, string | undefined, boolean][] = [
    [chosen, "compose", undefined, true],
    [chosen, undefined, undefined, true],
    ["COMPOSE_PROFILES=debug, lake\n", "compose", undefined, true],
    [chosen, "compose", "", true],
    [chosen, "compose", ".state/lake", false],
    [`${chosen}LAKE_DIR=/mnt/lake\n`, "compose", undefined, false],
    [chosen, "native", undefined, false],
    ["COMPOSE_PROFILES=lakes\n", "compose", undefined, false],
    ["", "compose", undefined, false],
  ];
  for (const [text, recorded, dir, expected] of rows) {
    const found = isLakeInContainer({
      env: (name) => name === "LAKE_DIR" ? dir : undefined,
      readText: () => text,
    }, () => recorded);
    assertEquals(found, expected, `${text} ${recorded} ${dir}`);
  }
});
