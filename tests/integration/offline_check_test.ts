import { assertEquals, assertStringIncludes } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { projectDir } from "../../lib/project.ts";
import { check, deno } from "../harness/clone.ts";

const npm = Object.entries(denoJson.imports)
  .filter(([, target]) => target.startsWith("npm:"))
  .flatMap(([name, target]) => [
    [name, target],
    // An import map, unlike deno.json, lists the files of a package apart.
    [`${name}/`, `${target.replace("npm:", "npm:/")}/`],
  ]);
/** The stand-ins in the place of every @std package. */
const imports = {
  ...Object.fromEntries(npm),
  "@std/assert": new URL("offline/assert.ts", projectDir).href,
  "@std/cli/parse-args": new URL("offline/parse_args.ts", projectDir).href,
  "@std/log": new URL("offline/log.ts", projectDir).href,
};
const json = encodeURIComponent(JSON.stringify({ imports }));
const map = `--import-map=data:application/json,${json}`;

Deno.test("every source type-checks against the stand-ins of @std", async () => {
  const { code, stderr } = await deno(["check", "-q", map, "."]);
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
    const { code, stderr } = await check(text, map);
    assertEquals(code, 1, text);
    assertStringIncludes(stderr, name);
  }
});
