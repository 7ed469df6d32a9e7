/**
 * The demo's Kafka as a Java process.
 *
 * @module
 */

import { createNativeStack, freePort } from "../stack/native/native_stack.ts";
import { noteExit } from "../host/detached_process.ts";
import { run } from "../host/run_process.ts";
import type { DemoKafka } from "./demo_kafka.ts";
import type { Place } from "./sandbox.ts";

/** Makes it; nothing starts yet. */
export function nativeKafka(place: Place, stop: AbortSignal): DemoKafka {
  const port = freePort();
  const stack = createNativeStack({
    stateDir: `${place.folder}/native`,
    port,
    // Java is slow to end at SIGTERM, also as the formatter of a folder.
    run: (program, args, options) =>
      run(program, args, { ...options, onStart: place.own }),
    onStart: (pid) => place.own(pid, noteExit(pid)),
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
