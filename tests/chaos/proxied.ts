// A scenario with a proxy in front of its broker.

import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import {
  type Proxy,
  type SeenProduce,
  startProxy,
  type Treatment,
} from "./proxy.ts";
import { openScenario, type Scenario } from "./scenario.ts";

export const pass: Treatment = { kind: "pass" };

/** A scenario whose producers reach the broker through a proxy only. */
export async function openProxied(
  name: string,
): Promise<AsyncDisposable & { scenario: Scenario; proxy: Proxy }> {
  await using stack = new AsyncDisposableStack();
  const [port, advertised] = [freePort(), freePort()];
  const proxy = stack.use(startProxy(advertised, port));
  const scenario = stack.use(await openScenario(name, { port, advertised }));
  const own = stack.move();
  return { scenario, proxy, [Symbol.asyncDispose]: () => own.disposeAsync() };
}

/**
 * Treats the next request, and those after it by `later`.
 *
 * @returns its number, once it was received.
 */
export async function treatNext(
  proxy: Proxy,
  treatment: Treatment,
  later: Treatment = pass,
): Promise<number> {
  let treated = 0;
  proxy.script(({ number }) => {
    if (treated > 0) return later;
    treated = number;
    return treatment;
  });
  return await until("a request is received", () => treated > 0 && treated);
}

/** The later requests with the same batch as a request. */
export function resent(
  { produced }: Proxy,
  number: number,
): SeenProduce[] {
  const { producerId, baseSequence } = produced[number - 1]!;
  return produced.slice(number).filter((request) =>
    request.producerId === producerId && request.baseSequence === baseSequence
  );
}
