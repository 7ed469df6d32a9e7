import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { chooseDemo, detectMachine } from "../../tasks/demo/demo_kafka.ts";
import type { Run } from "../../tasks/host/run_process.ts";

Deno.test("`chooseDemo()` prefers the kind asked for, then native", () => {
  const both = { native: true, docker: true };
  const docker = { native: false, docker: true };
  assertEquals(chooseDemo(undefined, both), "native");
  assertEquals(chooseDemo("compose", both), "compose");
  assertEquals(chooseDemo(undefined, docker), "compose");
  assertEquals(chooseDemo("native", docker), "native");
  const none = { native: false, docker: false };
  assertThrows(() => chooseDemo(undefined, none), CommandError, "or Docker");
});

Deno.test("`detectMachine()` requires both programs of a kind", async () => {
  const machine = (there: readonly string[]) => {
    // deno-lint-ignore require-await -- what it throws must be a rejection
    const run: Run = async (program, args) => {
      const command = [program, ...args].join(" ");
      if (!there.includes(program)) throw new Deno.errors.NotFound(program);
      const code = there.includes(`not ${command}`) ? 1 : 0;
      return { code, stdout: "", stderr: "" };
    };
    return detectMachine("linux", run);
  };
  assertEquals(await machine(["java"]), { native: false, docker: false });
  assertEquals(await machine(["java", "mvn"]), { native: true, docker: false });
  assertEquals(await machine(["docker"]), { native: false, docker: true });
  for (const command of ["docker version", "docker compose version"]) {
    const seen = await machine(["docker", `not ${command}`]);
    assertEquals(seen.docker, false, command);
  }
});
