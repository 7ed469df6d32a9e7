import { assert, assertEquals } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { rooms } from "../harness/rooms.ts";
import { projectDir } from "../../lib/project.ts";

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(folder: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, projectDir)))
    .flatMap(({ name, isDirectory }) => {
      if (isDirectory) return sources(`${folder}/${name}`);
      return name.endsWith(".ts") ? [`${folder}/${name}`] : [];
    });
}

/** A file without its whole-line comments. */
function codeOf(file: string): string {
  const text = Deno.readTextFileSync(new URL(file, projectDir));
  return text.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, "");
}

/** What a file imports: static, dynamic, types and re-exports. */
function specifiersOf(file: string): string[] {
  const found = codeOf(file).matchAll(
    /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)"([^"]+)"/g,
  );
  return Array.from(found, ([, specifier]) => specifier ?? "");
}

function resolve(specifier: string, from: string): string {
  const url = new URL(specifier, new URL(from, projectDir));
  return url.href.slice(projectDir.href.length);
}

function folderOf(path: string) {
  return path.slice(0, path.lastIndexOf("/"));
}

const product = ["lib", "kafka", "lakehouse", "producer", "tasks", "bench"]
  .flatMap(sources);
const specifiers = new Map(product.map((file) => [file, specifiersOf(file)]));
const imports: Import[] = product.flatMap((from) =>
  (specifiers.get(from) ?? []).filter((it) => it.startsWith("."))
    .map((it) => ({ from, to: resolve(it, from) }))
).filter(({ to }) => to.endsWith(".ts"));

Deno.test("every folder of the product has its place in the order", () => {
  assert(imports.length > 500, `only ${imports.length} imports were found`);
  const folders = [...new Set(product.map(folderOf))].sort();
  assertEquals(folders, [...rooms].sort());
});

Deno.test("imports run down the order of the rooms", () => {
  const floor = (path: string) => rooms.indexOf(folderOf(path));
  const upward = imports.filter(({ from, to }) => floor(to) > floor(from));
  assertEquals(upward.map(({ from, to }) => `${from} -> ${to}`), []);
});

Deno.test("no files import each other in a circle", () => {
  const open = new Map(imports.map(({ from }) => [from, new Set<string>()]));
  for (const { from, to } of imports) open.get(from)?.add(to);
  // Takes away what imports nothing that is left, until nothing changes.
  let before = -1;
  while (before !== open.size) {
    before = open.size;
    for (const [file, targets] of open) {
      if ([...targets].every((target) => !open.has(target))) open.delete(file);
    }
  }
  assertEquals([...open.keys()], []);
});

Deno.test("one file alone imports kafkajs", () => {
  const importers = product.filter((file) =>
    specifiers.get(file)?.some((it) => /^(npm:)?kafkajs\b/.test(it))
  );
  assertEquals(importers.filter((file) => !file.startsWith("bench/bare/")), [
    "kafka/client.ts",
  ]);
});

/** All that a file imports, directly or not. */
function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  if (!file.endsWith(".ts")) return reached;
  for (const it of specifiersOf(file)) {
    if (it.startsWith(".")) reachedFrom(resolve(it, file), reached);
    else reached.add(it);
  }
  return reached;
}

Deno.test("no unit test reaches an npm package", () => {
  const packages = Object.entries(denoJson.imports)
    .filter(([, target]) => target.startsWith("npm:")).map(([name]) => name);
  const isPackage = (specifier: string) =>
    specifier.startsWith("npm:") ||
    packages.some((name) => `${specifier}/`.startsWith(`${name}/`));
  assert(reachedFrom("kafka/client.ts").has("kafkajs"));
  const found = sources("tests/unit").flatMap((file) =>
    Array.from(reachedFrom(file)).filter(isPackage)
      .map((specifier) => `${file} reaches ${specifier}`)
  );
  assertEquals(found, []);
});

function filesWith(pattern: RegExp): string[] {
  return product.filter((file) => pattern.test(codeOf(file)));
}

Deno.test("one folder of the tasks starts processes", () => {
  const files = filesWith(/\bDeno\.Command\b/).filter((file) =>
    file.startsWith("tasks/") && !file.startsWith("tasks/host/")
  );
  assertEquals(files, []);
});

Deno.test("one folder runs docker", () => {
  const files = filesWith(/\(\s*(?:run,\s*)?"docker"/).filter((file) =>
    !file.startsWith("tasks/docker/")
  );
  assertEquals(files, []);
});

Deno.test("no two files of the product share a name", () => {
  // A program's entry and a folder's list of members are called so everywhere.
  const usual = new Set(["main.ts", "mod.ts"]);
  const names = product.filter((file) => !file.startsWith("bench/"))
    .map((file) => file.slice(file.lastIndexOf("/") + 1))
    .filter((name) => !usual.has(name));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  assertEquals(twice, []);
});
