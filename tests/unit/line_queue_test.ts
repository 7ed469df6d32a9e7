import { assert, assertEquals } from "@std/assert";
import { createLineQueue } from "../../lib/line_queue.ts";

/** A stream that is held until it is let go, and may then fail. */
function heldStream(partBytes = Infinity) {
  const written: string[] = [];
  const calls: PromiseWithResolvers<void>[] = [];
  let held = true;
  return {
    written,
    text: () => written.join(""),
    async write(bytes: Uint8Array): Promise<number> {
      const call = Promise.withResolvers<void>();
      calls.push(call);
      if (!held) call.resolve();
      await call.promise;
      const part = bytes.subarray(0, partBytes);
      written.push(new TextDecoder().decode(part));
      return part.length;
    },
    release(error?: Error) {
      held = error !== undefined;
      for (const call of calls.splice(0)) {
        if (error === undefined) call.resolve();
        else call.reject(error);
      }
    },
  };
}

function queueOn(stream: ReturnType<typeof heldStream>, limit = 40) {
  let drops = 0;
  const queue = createLineQueue({
    stream,
    limit,
    lastMs: () => 20,
    noteOf: (dropped) => `(${dropped} missing)`,
    onDrop: () => drops++,
  });
  return { queue, drops: () => drops };
}

Deno.test("`createLineQueue()` keeps a bounded queue and says what is missing", async () => {
  const stream = heldStream();
  const { queue, drops } = queueOn(stream);
  for (let n = 10; n < 30; n++) queue.write(`line ${n} ..`);
  assertEquals(stream.text(), "", "nobody waited");
  await queue.flush();
  assertEquals(stream.text(), "", "a flush ends where nobody reads");
  stream.release();
  queue.write("line 30 ..");
  await queue.flush();
  const kept = [10, 11, 12, 13, 14].map((n) => `line ${n} ..\n`).join("");
  // The first is on its way, four wait, the rest found no room.
  assertEquals(stream.text(), `${kept}(16 missing)\n`);
  assertEquals(drops(), 16);
  queue.write("after");
  await queue.flush();
  assertEquals(stream.text(), `${kept}(16 missing)\nafter\n`);
});

Deno.test("`createLineQueue()` writes waiting lines in one go, parts and all", async () => {
  const stream = heldStream(7);
  const { queue } = queueOn(stream, 1000);
  for (const line of ["one", "two", "drei ä", "four"]) queue.write(line);
  stream.release();
  await queue.flush();
  assertEquals(
    stream.text().replaceAll("\ufffd", ""),
    "one\ntwo\ndrei ä\nfour\n",
  );
  assertEquals(stream.written[0], "one\n");
});

Deno.test("`createLineQueue()` takes a line that is longer than its bound", async () => {
  const stream = heldStream();
  stream.release();
  const { queue, drops } = queueOn(stream, 10);
  queue.write("x".repeat(100));
  await queue.flush();
  assertEquals([stream.text().length, drops()], [101, 0]);
});

Deno.test("`createLineQueue()` tells when the reader has left", async () => {
  const stream = heldStream();
  const { queue } = queueOn(stream);
  queue.write("a");
  queue.write("b");
  assertEquals(queue.closed.aborted, false);
  stream.release(new Deno.errors.BrokenPipe("left"));
  await queue.flush();
  assert(queue.closed.aborted);
  queue.write("c");
  await queue.flush();
  assertEquals(stream.text(), "");
});

Deno.test("`createLineQueue()` goes on after a full disk and counts what is gone", async () => {
  const stream = heldStream();
  const { queue, drops } = queueOn(stream);
  queue.write("a");
  stream.release(new Error("no space left"));
  await queue.flush();
  stream.release();
  queue.write("b");
  await queue.flush();
  assertEquals(stream.text(), "b\n(1 missing)\n");
  assertEquals([drops(), queue.closed.aborted], [1, false]);
});

Deno.test("`createLineQueue()` waits where the stream takes nothing just now", async () => {
  const stream = heldStream();
  const { queue, drops } = queueOn(stream);
  queue.write("a");
  stream.release(new Deno.errors.WouldBlock("full"));
  stream.release();
  for (let turn = 0; turn < 500 && stream.text() === ""; turn++) {
    await queue.flush();
  }
  assertEquals([stream.text(), drops()], ["a\n", 0]);
});
