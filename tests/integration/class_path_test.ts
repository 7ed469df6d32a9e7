import { assertEquals } from "@std/assert";
import { run } from "../../tasks/host/run_process.ts";
import { chooseJars } from "../../tasks/lake/spark/class_path.ts";

Deno.test({
  name: "`chooseJars` takes the jars if all are there, else the packages",
  ignore: Deno.build.os === "windows",
  async fn() {
    const ivy = Deno.makeTempDirSync();
    Deno.mkdirSync(`${ivy}/jars`);
    const script = `ivy=$1\nshift\n${chooseJars}\nprintf '%s\\n' "$@"`;
    async function chosen(jars: string): Promise<string[]> {
      const args = [ivy, "a:b:1,c:d:2", jars, "main.py", "two words"];
      const { stdout } = await run("sh", ["-c", script, "sh", ...args]);
      return stdout.trimEnd().split("\n");
    }
    const rest = ["main.py", "two words"];
    const packages = ["--packages", "a:b:1,c:d:2", ...rest];
    Deno.writeTextFileSync(`${ivy}/jars/a.jar`, "");
    assertEquals(await chosen("a.jar b.jar"), packages);
    assertEquals(await chosen("b.jar a.jar"), packages);
    assertEquals(await chosen(""), packages);
    Deno.writeTextFileSync(`${ivy}/jars/b.jar`, "");
    assertEquals(await chosen("a.jar b.jar"), [
      "--conf",
      `spark.driver.extraClassPath=${ivy}/jars/a.jar:${ivy}/jars/b.jar`,
      ...rest,
    ]);
    Deno.removeSync(ivy, { recursive: true });
  },
});
