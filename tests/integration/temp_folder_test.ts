import { assertEquals } from "@std/assert";
import {
  cleanTempFolders,
  makeTempFolder,
} from "../../lakehouse/lake/temp_folder.ts";
import { exists } from "../../lib/files.ts";
import { testDir } from "../harness/broker.ts";

const module = new URL(
  "../../lakehouse/lake/temp_folder.ts",
  import.meta.url,
).href;

Deno.test("folders of processes that were killed are removed, those in use are not", async () => {
  await using dir = await testDir();
  const names = () => [...Deno.readDirSync(dir.path)].map(({ name }) => name);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { makeTempFolder } from "${module}";
       makeTempFolder(Deno.args[0], "reader");
       console.log("made"); setInterval(() => {}, 1_000);`,
      dir.path,
    ],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const own = makeTempFolder(dir.path, "writer");
  Deno.writeTextFileSync(`${own.path}/duckdb_temp_storage-0.tmp`, "x");
  Deno.mkdirSync(`${dir.path}/tmp-made-by-hand`);
  Deno.mkdirSync(`${dir.path}/tmp-reader-4711`);
  Deno.utimeSync(`${dir.path}/tmp-reader-4711`, 1, 1);
  Deno.mkdirSync(`${dir.path}/data`);
  cleanTempFolders(dir.path);
  assertEquals(names().length, 4);
  assertEquals(exists(`${dir.path}/tmp-reader-4711`), false);

  child.kill("SIGKILL");
  await child.status;
  cleanTempFolders(dir.path);
  assertEquals(
    names().sort(),
    ["data", own.path.split("/").at(-1), "tmp-made-by-hand"].sort(),
  );
  own[Symbol.dispose]();
  own[Symbol.dispose]();
  assertEquals(names().sort(), ["data", "tmp-made-by-hand"]);
});

Deno.test("a folder that cannot be made is no reason to fail", async () => {
  await using dir = await testDir();
  using folder = makeTempFolder(`${dir.path}/missing`, "reader");
  assertEquals(exists(folder.path), false);
  cleanTempFolders(`${dir.path}/missing`);
});
