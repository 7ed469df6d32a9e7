// A program: Java, Maven and a broker among variables that a shell may have for
// other programs. It stands alone in its process, whose variables are those of
// all its threads: test files that run side by side would get them too.

import { result } from "../../tasks/cli/print.ts";
import { findJava } from "../../tasks/stack/native/java.ts";
import { createNativeStack } from "../../tasks/stack/native/native_stack.ts";
import { run } from "../../tasks/host/run_process.ts";
import { hostile } from "../fakes/hostile_variables.ts";
import { testDir } from "../harness/broker.ts";
import { freePort } from "../harness/ports.ts";

/** What the program prints, as JSON. */
export interface AmongHostile {
  /** The version that was found, by the variable that was set meanwhile. */
  readonly java: Readonly<Record<string, string>>;
  /** The version without any of them. */
  readonly clean: string;
  /** The broker's state, with all of them. */
  readonly broker: string | undefined;
}

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

async function javaOf(env: (name: string) => string | undefined) {
  const { text, build } = await findJava(run, env, Deno.build.os);
  return `${text} ${build}`;
}

async function brokerState(): Promise<string | undefined> {
  await using dir = await testDir();
  const stack = createNativeStack({
    stateDir: `${dir.path}/native`,
    cacheDir: `${dir.path}/cache`,
    port: freePort(),
  });
  try {
    await stack.up(() => {});
    return (await stack.status())[0]?.state;
  } finally {
    await stack.destroy(() => {});
  }
}

if (import.meta.main) {
  const clean = await javaOf((name) =>
    name === "PATH" ? Deno.env.get(name) : undefined
  );
  const java: Record<string, string> = {};
  for (const [name, value] of Object.entries(hostile)) {
    using _shell = withVariables({ [name]: value });
    java[name] = await javaOf((name) => Deno.env.get(name));
  }
  using _shell = withVariables(hostile);
  const printed: AmongHostile = { java, clean, broker: await brokerState() };
  result(JSON.stringify(printed));
}
