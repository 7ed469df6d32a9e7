import { assertEquals } from "@std/assert";
import { type Socket } from "node:net";
import { openSocket } from "../../kafka/socket.ts";

/** Counts what reaches listeners that are added as kafkajs adds its own. */
async function eventsUntilClose(
  port: number,
  act: (socket: Socket) => void = () => {},
): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  const count = (name: string) => seen[name] = (seen[name] ?? 0) + 1;
  const socket = openSocket(
    { host: "127.0.0.1", port },
    () => count("connect"),
    { sasl: true, onError() {}, onAnswer() {}, onSilence() {} },
  );
  for (const event of ["end", "error", "timeout"]) {
    socket.on(event, () => count(event));
  }
  const closed = new Promise((resolve) => socket.once("close", resolve));
  act(socket);
  await closed;
  // What a connection says after its end reaches no listener.
  for (const event of ["end", "timeout"]) socket.emit(event);
  socket.emit("error", new Error("late"));
  return seen;
}

Deno.test("a connection reports one end, then nothing", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  void (async () => {
    // A listener for TLS closes at once what is not TLS.
    for await (const connection of listener) connection.close();
  })();
  const { port } = listener.addr;
  assertEquals(await eventsUntilClose(port), { connect: 1, end: 1, error: 1 });
});

Deno.test("a connection that is ended while it opens never counts as open", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const seen = await eventsUntilClose(
    listener.addr.port,
    (socket) => socket.end(),
  );
  assertEquals(seen, { error: 1 });
});

Deno.test("a connection that cannot be opened fails once", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  assertEquals(await eventsUntilClose(port), { error: 1 });
});
