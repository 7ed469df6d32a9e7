import { assert, assertEquals } from "@std/assert";
import { EventHub, eventText, ping } from "../../lakehouse/page/event_hub.ts";

function hubOf(bounds: { maxClients?: number; maxBuffered?: number } = {}) {
  const calls: string[] = [];
  const hub = new EventHub({
    ...bounds,
    onFirst: () => calls.push("first"),
    onNone: () => calls.push("none"),
  });
  return { hub, calls };
}

Deno.test("`eventText()` keeps an event on its lines whatever is in it", () => {
  const data = { text: "a\r\nb\n\ndata: x\u2028", name: "é" };
  const text = eventText("commit", data);
  const [event, line = "", ...rest] = text.split(/\r\n|\n|\r/);
  assertEquals([event, ...rest], ["event: commit", "", ""]);
  assertEquals(JSON.parse(line.replace("data: ", "")), data);
  assertEquals(ping, ": ping\n\n");
});

Deno.test("a hub tells all, and whether anyone listens", async () => {
  const { hub, calls } = hubOf({ maxClients: 2 });
  const [one, two] = [hub.open("a"), hub.open("b")];
  assert(one && two);
  assertEquals(hub.open("c"), undefined);
  hub.send("x");
  const readers = [one, two].map((it) => it.getReader());
  const text = new TextDecoder();
  const seen: string[] = [];
  for (const reader of [...readers, ...readers]) {
    seen.push(text.decode((await reader.read()).value));
  }
  assertEquals(seen, ["a", "b", "x", "x"]);
  await readers[0]?.cancel();
  assertEquals(hub.size, 1);
  // There is room again.
  const third = hub.open("c");
  assert(third);
  assertEquals(calls, ["first"]);
  hub.close();
  assertEquals([hub.size, hub.open("d")], [0, undefined]);
  assertEquals(calls, ["first", "none"]);
  assertEquals((await readers[1]?.read())?.done, true);
  await third.cancel();
});

Deno.test("a hub has room for 64", () => {
  const { hub } = hubOf();
  const opened = Array.from({ length: 65 }, () => hub.open("a"));
  assertEquals(opened.map((it) => it !== undefined).lastIndexOf(true), 63);
  assertEquals(hub.size, 64);
  hub.close();
});

Deno.test("a hub drops a listener that does not read, and what waits for it", async () => {
  const { hub, calls } = hubOf({ maxBuffered: 100 });
  const slow = hub.open("hello");
  const quick = hub.open("hello")?.getReader();
  assert(slow && quick);
  for (let sent = 0; sent < 10; sent++) {
    hub.send("x".repeat(40));
    await quick.read();
  }
  assertEquals(hub.size, 1);
  // What waited for it is let go.
  assertEquals((await slow.getReader().read()).done, true);
  hub.send("y");
  await quick.read();
  await quick.read();
  await quick.cancel();
  assertEquals(calls, ["first", "none"]);
});
