import { assert, assertEquals, assertRejects } from "@std/assert";
import { tryLock, waitForLock } from "../../lib/file_lock.ts";

async function lockPath(): Promise<AsyncDisposable & { path: string }> {
  const dir = await Deno.makeTempDir();
  return {
    path: `${dir}/lock`,
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

Deno.test("`tryLock()` takes a lock once, until it is closed", async () => {
  await using dir = await lockPath();
  const first = tryLock(dir.path);
  assert(first !== undefined);
  assertEquals(tryLock(dir.path), undefined);
  first.close();
  using second = tryLock(dir.path);
  assert(second !== undefined, "the file stays, the lock does not");
});

Deno.test("`waitForLock()` waits for the holder, and tells once", async () => {
  await using dir = await lockPath();
  const first = tryLock(dir.path);
  let waits = 0;
  const second = waitForLock(dir.path, {
    onWait() {
      waits++;
      setTimeout(() => first?.close(), 120);
    },
  });
  using _lock = await second;
  assertEquals(waits, 1);
});

Deno.test("`waitForLock()` can be aborted", async () => {
  await using dir = await lockPath();
  using _first = tryLock(dir.path);
  const stop = new AbortController();
  await assertRejects(
    () =>
      waitForLock(dir.path, {
        onWait: () => stop.abort(new Error("stopped")),
        signal: stop.signal,
      }),
    Error,
    "stopped",
  );
});
