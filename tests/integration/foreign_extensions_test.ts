import { assertEquals, assertRejects } from "@std/assert";
import {
  cachedExtensions,
  fetchForeignExtensions,
  type RunProgram,
} from "../../lakehouse/lake/extensions.ts";
import { CommandError } from "../../lib/errors.ts";
import { zip } from "../fakes/zip.ts";
import { testDir } from "../harness/broker.ts";

const names = ["sqlite_scanner", "ducklake"];

/** A pip that brings wheels of other content; it records the platform. */
function pip(tags: string[]): RunProgram {
  return (program, args) => {
    if (program !== "python3") throw new Deno.errors.NotFound();
    const value = (flag: string) =>
      args.find((arg) => arg.startsWith(`--${flag}=`))?.split("=")[1] ?? "";
    if (value("dest") !== "") {
      tags.push(value("platform"));
      for (const name of names) {
        Deno.writeFileSync(
          `${value("dest")}/duckdb_extension_${name}-1.5.5-any.whl`,
          zip({ [`x/${name}.duckdb_extension`]: "other" }),
        );
      }
    }
    return Promise.resolve({ code: 0, stdout: "", stderr: "" });
  };
}

Deno.test("extensions for a container of another platform: pinned wheels, then the cache", async () => {
  await using dir = await testDir();
  const tags: string[] = [];
  const lines: string[] = [];
  const get = (platform: string) =>
    fetchForeignExtensions({
      cacheDir: dir.path,
      run: pip(tags),
      report: (line) => lines.push(line),
    }, platform);

  // What is not the tested content is not placed.
  const error = await assertRejects(() => get("linux_arm64"), CommandError);
  assertEquals(
    error.message.replace(/ is [0-9a-f]{64}/, ""),
    "cannot get DuckDB's extensions sqlite_scanner and ducklake 1.5.5 for " +
      "Linux on arm64: Python's wheels: " +
      "duckdb_extension_sqlite_scanner-1.5.5-any.whl: SHA-256 of its " +
      "sqlite_scanner.duckdb_extension, expected " +
      "8d3dafb7dce28c7e74abac9f78a9063b8eda02c257e7aaa026e441bf277aece7",
  );
  assertEquals(tags, ["manylinux2014_aarch64"]);
  assertEquals(cachedExtensions(dir.path, "linux_arm64"), undefined);
  assertEquals(
    [...Deno.readDirSync(`${dir.path}/duckdb`)].map(({ name }) => name),
    ["lock"],
  );

  const folder = `${dir.path}/duckdb/v1.5.5/linux_arm64`;
  Deno.mkdirSync(folder, { recursive: true });
  for (const name of names) {
    Deno.writeTextFileSync(`${folder}/${name}.duckdb_extension`, name);
  }
  assertEquals(await get("linux_arm64"), folder);
  assertEquals(cachedExtensions(dir.path, "linux_arm64"), folder);
  assertEquals([tags.length, lines], [1, []]);

  await assertRejects(
    () => get("linux_arm64_musl"),
    CommandError,
    "for Linux on arm64 with musl (Alpine): Python's wheels: there are none",
  );
});
