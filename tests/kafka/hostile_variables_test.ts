import { assertEquals } from "@std/assert";
import { hostile } from "../fakes/hostile_variables.ts";
import { deno } from "../harness/clone.ts";
import type { AmongHostile } from "./hostile_shell.ts";

Deno.test("Java, Maven and the broker run in spite of a shell's variables for other programs", async (t) => {
  const program = ["run", "-q", "-A", "tests/kafka/hostile_shell.ts"];
  const { code, stdout, stderr } = await deno(program);
  assertEquals(code, 0, stderr);
  const { java, clean, broker }: AmongHostile = JSON.parse(stdout);
  for (const name of Object.keys(hostile)) {
    await t.step(name, () => assertEquals(java[name], clean));
  }
  await t.step("all of them", () => assertEquals(broker, "running"));
});
