// Little servers that are not Kafka, on loopback, closed at the end of a scope.

import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Address } from "../../lib/address.ts";

/** A server that listens. */
export interface LittleServer extends AsyncDisposable {
  readonly address: Address;
}

export interface LittleServerOptions {
  /** Gets each connection. */
  readonly onConnection?: (socket: Socket) => void;
  /** Makes it a TLS server. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Starts one; without options it accepts connections and says nothing. */
export async function startLittleServer(
  { onConnection = () => {}, tls }: LittleServerOptions = {},
): Promise<LittleServer> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    onConnection(socket);
  };
  const server: Server = tls === undefined
    ? createServer(accept)
    : createTlsServer(tls, accept);
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return {
    address: { host: "127.0.0.1", port: bound.port },
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      await closed.promise;
    },
  };
}

/** Answers each line-ended or otherwise matching text once. */
export function answers(
  rule: (received: string) => string | undefined,
): (socket: Socket) => void {
  return (socket) => {
    let received = "";
    socket.on("data", (part: Uint8Array) => {
      received += new TextDecoder("latin1").decode(part);
      const answer = rule(received);
      if (answer !== undefined) socket.end(answer, "latin1");
    });
  };
}
