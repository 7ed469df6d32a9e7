// A real broker for a test, on free ports, removed at the end of its scope.

import { createNativeStack } from "../../tasks/stack/native/native_stack.ts";
import { readRecord } from "../../tasks/stack/native/native_state.ts";
import type { Stack } from "../../tasks/stack/stack.ts";
import { freePort } from "./ports.ts";
import { until } from "./until.ts";

export interface TestBroker extends AsyncDisposable {
  /** `localhost:<port>` */
  readonly bootstrap: string;
  /** Its port, the same after each restart. */
  readonly port: number;
  readonly stack: Stack;
  /** A folder that is removed with it, for the test's own files too. */
  readonly dir: string;
  pid(): number;
  /** Sends a signal; after SIGKILL it waits until the process is gone. */
  kill(signal: Deno.Signal): Promise<void>;
  /** Starts it again with its data, after a kill or a stop. */
  restart(): Promise<void>;
}

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
export async function startBroker(): Promise<TestBroker> {
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
    dir: dir.path,
    pid,
    async kill(signal) {
      Deno.kill(pid(), signal);
      if (signal !== "SIGKILL") return;
      await until("the broker is gone", async () => {
        const [kafka] = await stack.status();
        return kafka?.state === "failed";
      });
    },
    restart: () => stack.up(quiet),
    [Symbol.asyncDispose]: dispose,
  };
}
