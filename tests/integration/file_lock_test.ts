import { assert, assertEquals, assertRejects } from "@std/assert";
import { tryLock, waitForLock } from "../../lib/file_lock.ts";
import { testDir } from "../harness/broker.ts";

Deno.test("`tryLock()` takes a lock once, until it is closed", async () => {
  await using dir = await testDir();
  const path = `${dir.path}/lock`;
  const first = tryLock(path);
  assert(first !== undefined);
  assertEquals(tryLock(path), undefined);
  first.close();
  using second = tryLock(path);
  assert(second !== undefined, "the file stays, the lock does not");
});

Deno.test("`waitForLock()` waits for the holder, and tells once", async () => {
  await using dir = await testDir();
  const path = `${dir.path}/lock`;
  const first = tryLock(path);
  let waits = 0;
  const second = waitForLock(path, {
    onWait() {
      waits++;
      setTimeout(() => first?.close(), 120);
    },
  });
  using _lock = await second;
  assertEquals(waits, 1);
});

Deno.test("`waitForLock()` can be aborted", async () => {
  await using dir = await testDir();
  const path = `${dir.path}/lock`;
  using _first = tryLock(path);
  const stop = new AbortController();
  await assertRejects(
    () =>
      waitForLock(path, {
        onWait: () => stop.abort(new Error("stopped")),
        signal: stop.signal,
      }),
    Error,
    "stopped",
  );
});
