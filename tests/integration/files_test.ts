import { assertEquals } from "@std/assert";
import { replaceText } from "../../lib/files.ts";
import { testDir } from "../harness/broker.ts";

Deno.test({
  name: "`replaceText()` keeps a file's mode and a link to it",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using dir = await testDir();
    const [file, link] = [`${dir.path}/secret.env`, `${dir.path}/.env`];
    await Deno.writeTextFile(file, "A=1\n", { mode: 0o600 });
    await Deno.symlink(file, link);
    replaceText(link, "A=2\n");
    assertEquals(await Deno.readTextFile(file), "A=2\n");
    assertEquals((await Deno.lstat(link)).isSymlink, true);
    assertEquals(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
    replaceText(new URL(`file://${dir.path}/new`), "x");
    const left = Array.from(Deno.readDirSync(dir.path), ({ name }) => name);
    assertEquals(left.sort(), [".env", "new", "secret.env"]);
  },
});
