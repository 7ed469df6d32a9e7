// One question to a server and what comes back, over a connection of its own.

import type { Address } from "../lib/address.ts";
import type { Exchange, Heard, RunExchange } from "./identify.ts";
import { connectTo, unreachableCodes } from "./socket.ts";

/** More than any first response that is looked at. */
const maxBytes = 16 * 1024;

/** Makes the {@linkcode RunExchange} of an address. */
export function exchangesWith(address: Address): RunExchange {
  return (plan) => exchange(address, plan);
}

function exchange(address: Address, plan: Exchange): Promise<Heard> {
  const { promise, resolve } = Promise.withResolvers<Heard>();
  let bytes = new Uint8Array();
  let isOpen = false;

  function finish(end: Heard["end"], code = ""): void {
    clearTimeout(timer);
    socket.destroy();
    resolve({ bytes, end, code });
  }

  const socket = connectTo(address, () => {
    isOpen = true;
    socket.write(plan.send);
  }, plan.tls ? { rejectUnauthorized: false } : undefined);
  const timer = setTimeout(() => {
    if (isOpen || plan.tls) finish("silent");
    else finish("unreachable", "ETIMEDOUT");
  }, plan.timeoutMs);
  socket.on("data", (part: Uint8Array) => {
    bytes = new Uint8Array([...bytes, ...part]);
    if (plan.enough(bytes) || bytes.length > maxBytes) finish("done");
  });
  socket.on("error", ({ code = "" }: Error & { code?: string }) => {
    finish(unreachableCodes.has(code) ? "unreachable" : "closed", code);
  });
  socket.on("end", () => finish("closed"));
  socket.on("close", () => finish("closed"));
  return promise;
}
