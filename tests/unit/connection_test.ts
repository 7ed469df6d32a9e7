import { assertEquals } from "@std/assert";
import {
  type ConnectionState,
  hostOf,
  patchBroker,
  patchConnection,
  seedName,
} from "../../kafka/patches/connection.ts";

Deno.test("`seedName()` has one colon for kafkajs, and `hostOf()` reverts it", () => {
  for (const host of ["localhost", "my_broker-1.example.com", "fe80::1:2"]) {
    // As kafkajs splits it.
    const [seed, port] = seedName({ host, port: 9093 }).split(":");
    assertEquals([hostOf(seed!), port], [host, "9093"]);
    // An advertised host stays as it is.
    assertEquals(hostOf(host), host);
  }
});

Deno.test("`patchBroker()` forgets the API versions at a disconnect", async () => {
  const calls: string[] = [];
  const broker = {
    versions: { 0: "all" } as unknown,
    disconnect() {
      calls.push("disconnect");
      return Promise.resolve();
    },
  };
  patchBroker(broker);
  await broker.disconnect();
  assertEquals([broker.versions, calls], [null, ["disconnect"]]);
});

Deno.test("`patchConnection()` begins each connection with an empty buffer", async () => {
  const connection: ConnectionState = {
    chunks: ["half a response"],
    bytesBuffered: 14,
    bytesNeeded: 100,
    isConnected: () => false,
    connect: () => Promise.resolve(true),
  };
  patchConnection(connection);
  await connection.connect();
  const { chunks, bytesBuffered, bytesNeeded } = connection;
  assertEquals([chunks, bytesBuffered, bytesNeeded], [[], 0, 4]);
});
