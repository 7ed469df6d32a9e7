import { assert, assertEquals } from "@std/assert";
import { undocumented } from "../unit/std_api.ts";

const root = new URL("../../", import.meta.url);
const left = new Set(["node_modules", "vendor", "coverage", "offline"]);

function sources(folder: URL): URL[] {
  return Array.from(Deno.readDirSync(folder)).flatMap((entry) => {
    if (entry.name.startsWith(".") || left.has(entry.name)) return [];
    if (entry.isDirectory) return sources(new URL(`${entry.name}/`, folder));
    return entry.name.endsWith(".ts") ? [new URL(entry.name, folder)] : [];
  });
}

Deno.test("every source imports only what @std documents", () => {
  const files = sources(root);
  assert(files.length > 50, `only ${files.length} sources were found`);
  const found = files.map((file) => {
    // Here stand imports that are wrong on purpose.
    if (file.pathname.endsWith("tests/unit/offline_test.ts")) return [];
    const names = undocumented(Deno.readTextFileSync(file));
    return names.map((name) => `${file.pathname}: ${name}`);
  });
  assertEquals(found.flat(), []);
});
