import { assertEquals, assertStringIncludes } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { projectDir } from "../../lib/project.ts";
import type { ProcessResult } from "../../tasks/host/run_process.ts";
import { deno } from "../harness/clone.ts";

const standIns = {
  "@std/assert": new URL("offline/assert.ts", projectDir).href,
  "@std/cli/parse-args": new URL("offline/parse_args.ts", projectDir).href,
  "@std/log": new URL("offline/log.ts", projectDir).href,
};

/**
 * Type-checks with the stand-ins in the place of every @std package.
 *
 * @param source A source to check, instead of the whole project.
 */
async function check(source?: string): Promise<ProcessResult> {
  // Not under .state/, which deno.json excludes from checks.
  const folder = await Deno.makeTempDir();
  try {
    // An import map, unlike deno.json, lists the files of a package apart.
    const npm = Object.entries(denoJson.imports)
      .filter(([, target]) => target.startsWith("npm:"))
      .flatMap(([name, target]) => [
        [name, target],
        [`${name}/`, `${target.replace("npm:", "npm:/")}/`],
      ]);
    const imports = { ...Object.fromEntries(npm), ...standIns };
    const map = `${folder}/import_map.json`;
    await Deno.writeTextFile(map, JSON.stringify({ imports }));
    const file = `${folder}/use.ts`;
    await Deno.writeTextFile(file, source ?? "");
    const what = source === undefined ? "." : file;
    return await deno(["check", "-q", `--import-map=${map}`, what]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("every source type-checks against the stand-ins of @std", async () => {
  const { code, stderr } = await check();
  assertEquals(code, 0, stderr);
});

Deno.test("what the stand-ins lack is named by the type check", async () => {
  const rows = [
    [`import { assertAlmostEquals } from "@std/assert";`, "assertAlmostEquals"],
    [
      `import { parseArgs } from "@std/cli/parse-args";
       parseArgs([], { collect: ["x"] });`,
      "collect",
    ],
    [`import { getLogger } from "@std/log";`, "getLogger"],
    [`import { exists } from "@std/fs";`, "@std/fs"],
  ] as const;
  for (const [text, name] of rows) {
    const { code, stderr } = await check(text);
    assertEquals(code, 1, text);
    assertStringIncludes(stderr, name);
  }
});
