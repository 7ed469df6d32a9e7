/**
 * A real broker for a test, on free ports, gone at the end of its scope.
 *
 * @module
 */

import { createNativeStack } from "../../tasks/stack/native/native_stack.ts";
import { readRecord } from "../../tasks/stack/native/native_state.ts";
import type { Stack } from "../../tasks/stack/stack.ts";
import { freePort } from "./ports.ts";
import { until } from "./until.ts";

/** A broker of a test's own. */
export interface TestBroker extends AsyncDisposable {
  /** Its address: `localhost:<port>`. */
  readonly bootstrap: string;
  /** Its port, the same after each restart. */
  readonly port: number;
  /** The stack that it is. */
  readonly stack: Stack;
  /** The folder that goes with it, for the test's own files too. */
  readonly dir: string;
  /** Its process id now. */
  pid(): Promise<number>;
  /** Sends a signal; after SIGKILL it waits until the process is gone. */
  kill(signal: Deno.Signal): Promise<void>;
  /** Starts it again, after a kill or a stop, with its data. */
  restart(): Promise<void>;
}

/** A folder of a test's own under `./.state`, removed at the end of its scope. */
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

const quiet = () => {};

/** Starts a broker and waits until it serves. */
export async function startBroker(): Promise<TestBroker> {
  const dir = await testDir();
  const port = freePort();
  const stateDir = `${dir.path}/native`;
  const stack = createNativeStack({ stateDir, port });
  const pid = async () => {
    const record = await readRecord(`${stateDir}/broker.json`);
    if (record?.process === undefined) throw new Error("no broker is running");
    return record.process.pid;
  };
  const dispose = async () => {
    await stack.destroy(quiet);
    await dir[Symbol.asyncDispose]();
  };
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
      Deno.kill(await pid(), signal);
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
