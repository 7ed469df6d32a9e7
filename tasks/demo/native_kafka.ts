// The demo's Kafka as a Java process.

import { reapChild } from "../host/detached_process.ts";
import { run } from "../host/run_process.ts";
import { createNativeStack } from "../stack/native/native_stack.ts";
import { freePort } from "../host/ports.ts";
import type { DemoKafka } from "./demo_kafka.ts";
import type { Sandbox } from "./sandbox.ts";

export function nativeKafka(sandbox: Sandbox, stop: AbortSignal): DemoKafka {
  const port = freePort();
  const stack = createNativeStack({
    stateDir: `${sandbox.folder}/native`,
    port,
    // Java may take long to exit on SIGTERM, even while it formats a folder.
    run: (program, args, options) =>
      run(program, args, { ...options, onStart: sandbox.own }),
    onStart: (pid) => sandbox.own(pid, reapChild(pid)),
    signal: stop,
  });
  return {
    port,
    target: { kind: "native" },
    start: (progress) => stack.up(progress),
    async stop() {
      await stack.stop(() => {});
    },
  };
}
