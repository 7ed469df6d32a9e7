import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  ensureExtensions,
  type ExtensionOptions,
} from "../../lakehouse/lake/extensions.ts";
import type { RunProgram } from "../../lakehouse/lake/extensions.ts";
import { CommandError } from "../../lib/errors.ts";
import { zip } from "../fakes/zip.ts";
import { testDir } from "../harness/broker.ts";

const build = { os: "linux", arch: "x86_64", target: "x86_64-linux" } as const;
const names = ["ducklake", "sqlite_scanner"];

/** A machine without network; `pip` makes what pip would leave. */
function machine(pip?: (dest: string) => void) {
  const calls: string[] = [];
  const run: RunProgram = (program, args) => {
    const end = (code: number, stderr = "") =>
      Promise.resolve({ code, stdout: "", stderr });
    const verb = args.at(-2) ?? "";
    if (args.includes("pip")) {
      if (program !== "python3") throw new Deno.errors.NotFound();
      if (pip === undefined) return end(1);
      if (args.includes("--version")) return end(0);
      const dest = args.find((arg) => arg.startsWith("--dest="));
      calls.push("pip");
      pip(dest?.slice("--dest=".length) ?? "");
      return end(0);
    }
    if (program.startsWith("pip")) throw new Deno.errors.NotFound();
    calls.push(verb === "-q" ? "cache" : verb);
    return verb === "install" ? end(1, "warning\nno network\n") : end(0);
  };
  return { calls, run };
}

function options(
  cacheDir: string,
  { run }: { run: RunProgram },
  more: Partial<ExtensionOptions> = {},
) {
  const lines: string[] = [];
  const report = (line: string) => lines.push(line);
  return { lines, given: { cacheDir, run, report, build, ...more } };
}

function files(folder: string): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (const name of names) {
    Deno.writeTextFileSync(`${folder}/${name}.duckdb_extension`, name);
  }
}

Deno.test("extensions from a folder are placed once, also by two at once, and are there offline", async () => {
  await using dir = await testDir();
  const source = `${dir.path}/from`;
  files(source);
  const target = `${dir.path}/cache/duckdb/v1.5.5/linux_amd64`;
  // What a process left that was killed in the middle.
  Deno.mkdirSync(`${dir.path}/cache/duckdb/staging/v1.5.5`, {
    recursive: true,
  });
  const one = machine();
  const { lines, given } = options(`${dir.path}/cache`, one, {
    sourceDir: source,
  });
  const found = await Promise.all([
    ensureExtensions(given),
    ensureExtensions(given),
  ]);
  assertEquals(found, [`${dir.path}/cache/duckdb`, `${dir.path}/cache/duckdb`]);
  assertEquals(one.calls, ["cache", "load"]);
  assertEquals(lines, [
    "another process gets DuckDB's extensions ...",
    "DuckDB's extensions sqlite_scanner and ducklake 1.5.5: got from " +
    `DUCKDB_EXTENSIONS=${source}, signature checked, 0 MB placed in ${target}`,
  ]);
  for (const name of names) {
    assertEquals(
      Deno.readTextFileSync(`${target}/${name}.duckdb_extension`),
      name,
    );
  }
  Deno.removeSync(source, { recursive: true });
  await ensureExtensions(given);
  assertEquals(one.calls.length, 2);
});

Deno.test("a wheel with other content than the tested one is refused, with the reasons of all sources", async () => {
  await using dir = await testDir();
  const one = machine((dest) => {
    for (const name of names) {
      const path = `pkg/extensions/v1.5.5/${name}.duckdb_extension`;
      const wheel = `${dest}/duckdb_extension_${name}-1.5.5-any.whl`;
      Deno.writeFileSync(wheel, zip({ [path]: "other" }));
    }
  });
  const { given } = options(dir.path, one);
  const { message } = await assertRejects(
    () => ensureExtensions(given),
    CommandError,
  );
  assertStringIncludes(message, "for Linux on x64: DuckDB's site: no network");
  assertStringIncludes(message, "Python's wheels: duckdb_extension_sqlite");
  assertStringIncludes(message, "expected 693d2bf90779df23");
  assertEquals(one.calls, ["cache", "install", "pip"]);
  assertEquals(
    [...Deno.readDirSync(`${dir.path}/duckdb`)].map(({ name }) => name),
    ["lock"],
  );
});

Deno.test("where nothing can be had the platform is named", async () => {
  await using dir = await testDir();
  for (
    const [changes, expected] of [
      [
        { target: "x86_64-unknown-linux-musl" },
        "for Linux on x64 with musl (Alpine): DuckDB's site: no network; " +
        "Python's wheels: there are none for it",
      ],
      [
        { os: "windows", arch: "aarch64" },
        "for Windows on arm64: DuckDB's site: no network; " +
        "Python's wheels: there are none for it",
      ],
      [{}, "DuckDB's site: no network; Python's wheels: pip not found in PATH"],
      [
        { os: "freebsd", target: "x86_64-unknown-freebsd" },
        "the lake does not run on x86_64-unknown-freebsd: DuckDB has no builds",
      ],
    ] as const
  ) {
    const { given } = options(dir.path, machine(), {
      build: { ...build, ...changes },
    });
    const { message } = await assertRejects(
      () => ensureExtensions(given),
      CommandError,
    );
    assertStringIncludes(message, expected);
  }
});

Deno.test("a folder that was named and lacks a file is not passed over", async () => {
  await using dir = await testDir();
  Deno.writeTextFileSync(`${dir.path}/ducklake.duckdb_extension`, "x");
  const one = machine();
  const { given } = options(`${dir.path}/cache`, one, { sourceDir: dir.path });
  await assertRejects(
    () => ensureExtensions(given),
    CommandError,
    `DUCKDB_EXTENSIONS=${dir.path}: there is no sqlite_scanner.duckdb_extension`,
  );
  assertEquals(one.calls, ["cache"]);
});
