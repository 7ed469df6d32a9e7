/**
 * A world with a proxy before its broker.
 *
 * @module
 */

import { freePort } from "../harness/ports.ts";
import {
  type Proxy,
  type SeenProduce,
  startProxy,
  type Treatment,
} from "./proxy.ts";
import { openWorld, type World } from "./world.ts";

/** Lets a request through. */
export const pass: Treatment = { kind: "pass" };

/** A world whose producers reach the broker through a proxy only. */
export async function openProxied(
  name: string,
): Promise<AsyncDisposable & { world: World; proxy: Proxy }> {
  await using stack = new AsyncDisposableStack();
  const [port, advertised] = [freePort(), freePort()];
  const proxy = stack.use(startProxy(advertised, port));
  const world = stack.use(await openWorld(name, { port, advertised }));
  const own = stack.move();
  return { world, proxy, [Symbol.asyncDispose]: () => own.disposeAsync() };
}

/** The later requests that carried the batch of one again. */
export function resent(
  { produced }: Proxy,
  number: number,
): SeenProduce[] {
  const { producerId, baseSequence } = produced[number - 1]!;
  return produced.slice(number).filter((request) =>
    request.producerId === producerId && request.baseSequence === baseSequence
  );
}
