import { assertEquals } from "@std/assert";
import { findJava } from "../../tasks/stack/native/java.ts";
import { createNativeStack } from "../../tasks/stack/native/native_stack.ts";
import { run } from "../../tasks/host/run_process.ts";
import { hostile } from "../fakes/hostile_variables.ts";
import { testDir } from "../harness/broker.ts";
import { freePort } from "../harness/ports.ts";

/** Sets variables of this process, which those that it starts inherit. */
function withVariables(variables: Readonly<Record<string, string>>) {
  const before = Object.keys(variables)
    .map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(variables)) {
    Deno.env.set(name, value);
  }
  return {
    [Symbol.dispose]() {
      for (const [name, value] of before) {
        if (value === undefined) Deno.env.delete(name);
        else Deno.env.set(name, value);
      }
    },
  };
}

function env(name: string) {
  return Deno.env.get(name);
}

for (const [name, value] of Object.entries(hostile)) {
  Deno.test(`Java is found in spite of ${name}`, async () => {
    const clean = await findJava(run, () => Deno.env.get("PATH"), "linux");
    using _shell = withVariables({ [name]: value });
    const { text, build } = await findJava(run, env, Deno.build.os);
    assertEquals([text, build], [clean.text, clean.build]);
  });
}

Deno.test("Maven and the broker run in spite of all of them", async () => {
  await using dir = await testDir();
  using _shell = withVariables(hostile);
  const stack = createNativeStack({
    stateDir: `${dir.path}/native`,
    cacheDir: `${dir.path}/cache`,
    port: freePort(),
  });
  try {
    await stack.up(() => {});
    assertEquals((await stack.status())[0]?.state, "running");
  } finally {
    await stack.destroy(() => {});
  }
});
