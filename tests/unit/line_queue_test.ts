import { assert, assertEquals } from "@std/assert";
import { createLineQueue } from "../../lib/line_queue.ts";

/** A stream that blocks until it is released, and may then fail. */
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

function queueOn(stream: ReturnType<typeof heldStream>, maxBytes = 44) {
  let drops = 0;
  const queue = createLineQueue({
    stream,
    maxBytes,
    flushTimeoutMs: () => 20,
    noteOf: (dropped) => `(${dropped} missing)`,
    onDrop: () => drops++,
  });
  return { queue, drops: () => drops };
}

Deno.test("`createLineQueue()` bounds its queue and reports dropped lines", async () => {
  const stream = heldStream();
  const { queue, drops } = queueOn(stream);
  for (let n = 10; n < 30; n++) queue.write(`line ${n} ..`);
  assertEquals(stream.text(), "", "the writer did not wait");
  await queue.flush();
  assertEquals(stream.text(), "", "a flush ends although the stream blocks");
  stream.release();
  queue.write("line 30 ..");
  await queue.flush();
  const kept = [10, 11, 12, 13, 14].map((n) => `line ${n} ..\n`).join("");
  // The first is being written, four wait, the rest are dropped.
  assertEquals(stream.text(), `${kept}(16 missing)\n`);
  assertEquals(drops(), 16);
  queue.write("after");
  await queue.flush();
  assertEquals(stream.text(), `${kept}(16 missing)\nafter\n`);
});

Deno.test("`createLineQueue()` writes waiting lines at once, also through partial writes", async () => {
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

Deno.test("`createLineQueue()` accepts a line that is longer than its bound", async () => {
  const stream = heldStream();
  stream.release();
  const { queue, drops } = queueOn(stream, 10);
  queue.write("x".repeat(100));
  await queue.flush();
  assertEquals([stream.text().length, drops()], [101, 0]);
});

Deno.test("`createLineQueue()` reports a closed pipe", async () => {
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

Deno.test("`createLineQueue()` continues after a full disk and counts lost lines", async () => {
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

Deno.test("`createLineQueue()` retries a stream that would block", async () => {
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

Deno.test("`createLineQueue()` counts UTF-8 bytes, not characters", async () => {
  const stream = heldStream();
  const { queue, drops } = queueOn(stream, 20);
  queue.write("first");
  // Five characters and a newline: 16 bytes, so the second does not fit.
  queue.write("€€€€€");
  queue.write("€€€€€");
  stream.release();
  await queue.flush();
  assertEquals(drops(), 1);
  assertEquals(stream.text(), "first\n€€€€€\n(1 missing)\n");
});
