// A real broker for a test, on free ports, removed at the end of its scope.

import { createNativeStack } from "../../tasks/stack/native/native_stack.ts";
import { readRecord } from "../../tasks/stack/native/native_state.ts";
import { freePort } from "./ports.ts";
import { until } from "./until.ts";

/** A folder below `./.state` for one test, removed at the end of its scope. */
export async function testDir(): Promise<AsyncDisposable & { path: string }> {
  const root = new URL("../../.state/", import.meta.url);
  await Deno.mkdir(root, { recursive: true });
  const path = await Deno.makeTempDir({ dir: root.pathname, prefix: "test-" });
  return {
    path,
    async [Symbol.asyncDispose]() {
      await Deno.remove(path, { recursive: true });
    },
  };
}

function quiet(): void {}

/** Starts a broker and waits until it serves. */
export async function startBroker() {
  const dir = await testDir();
  const port = freePort();
  const stateDir = `${dir.path}/native`;
  const stack = createNativeStack({ stateDir, port });
  function pid(): number {
    const record = readRecord(`${stateDir}/broker.json`);
    if (record?.process === undefined) throw new Error("no broker is running");
    return record.process.pid;
  }
  async function dispose(): Promise<void> {
    await stack.destroy(quiet);
    await dir[Symbol.asyncDispose]();
  }
  try {
    await stack.up(quiet);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    bootstrap: stack.bootstrap,
    port,
    stack,
    // Removed with the broker; for the test's own files too.
    dir: dir.path,
    pid,
    // After SIGKILL it waits until the process is gone.
    async kill(signal: Deno.Signal) {
      Deno.kill(pid(), signal);
      if (signal !== "SIGKILL") return;
      await until("the broker is gone", async () => {
        const [kafka] = await stack.status();
        return kafka?.state === "failed";
      });
    },
    // With its data, after a kill or a stop.
    restart: () => stack.up(quiet),
    [Symbol.asyncDispose]: dispose,
  };
}
