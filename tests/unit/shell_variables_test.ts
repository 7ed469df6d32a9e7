import { assertEquals } from "@std/assert";
import { withChanges, withheld } from "../../tasks/host/shell_variables.ts";

Deno.test("`withChanges()` withholds a shell's own options of Java, Maven and Deno", () => {
  const shell = Object.fromEntries(withheld.map((name) => [name, "hostile"]));
  const own = { ...shell, PATH: "/bin", DENO_DIR: "/cache" };
  const changes = { PATH: "/usr/bin", HOME: undefined, CLASSPATH: "ours" };
  assertEquals(withChanges({ ...own, HOME: "/root" }, changes), {
    PATH: "/usr/bin",
    DENO_DIR: "/cache",
    CLASSPATH: "ours",
  });
});
