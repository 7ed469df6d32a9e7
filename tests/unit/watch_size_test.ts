import { assertEquals } from "@std/assert";
import type { LakeSize } from "../../lakehouse/lake/lake_types.ts";
import { watchSize } from "../../lakehouse/watch_size.ts";

Deno.test("`watchSize()` looks after the start and every hour, also after a failure", async () => {
  const size = (files: number): LakeSize => ({
    rows: new Map(),
    files,
    bytes: 0,
    snapshots: 1,
    maintainedMs: undefined,
  });
  const answers = [
    () => Promise.resolve(size(1)),
    () => Promise.reject(new Error("database is locked")),
    () => Promise.resolve(size(3)),
  ];
  const stop = new AbortController();
  const seen: number[] = [];
  const slept: number[] = [];
  const started = Promise.withResolvers<void>();
  started.resolve();
  await watchSize({
    writer: { size: () => answers.shift()?.() ?? Promise.reject() },
    started: started.promise,
    clock: {
      sleep(ms) {
        slept.push(ms);
        if (answers.length === 0) stop.abort();
        return Promise.resolve();
      },
    },
    signal: stop.signal,
    onSize: ({ files }) => seen.push(files),
  });
  assertEquals(seen, [1, 3]);
  assertEquals(slept, [5_000, 3_600_000, 3_600_000, 3_600_000]);
});
