// A page's server in this process.

import { assertEquals } from "@std/assert";
import type { LakeQueries, Rows } from "../../lakehouse/lake/lake_types.ts";
import { Page, type PageOptions } from "../../lakehouse/page/page_handler.ts";
import { pageProducer } from "../../lakehouse/serve_page.ts";
import { systemClock } from "../../lib/clock.ts";
import { freePort } from "../harness/ports.ts";

/** Counts what a lake is asked. */
export class Counted implements LakeQueries {
  readonly asked: string[] = [];
  readonly #lake: LakeQueries;

  constructor(lake: LakeQueries) {
    this.#lake = lake;
  }

  ask(...args: Parameters<LakeQueries["ask"]>): Promise<Rows> {
    this.asked.push(args[0]);
    return this.#lake.ask(...args);
  }
}

/** A page on a port of its own, without a producer. */
export function serve(lake: LakeQueries, change: Partial<PageOptions> = {}) {
  const port = freePort();
  const page = new Page({
    own: { host: "127.0.0.1", port },
    lake,
    clock: systemClock,
    isTold: true,
    askRun: () => Promise.resolve({ ok: false, error: "no lake run" }),
    ...pageProducer(undefined),
    ...change,
  });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port, onListen() {} },
    (request) => page.handle(request),
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    page,
    url,
    async json(path: string) {
      const response = await fetch(url + path);
      const body = await response.json();
      assertEquals(response.status, 200, JSON.stringify(body));
      return body;
    },
    async [Symbol.asyncDispose]() {
      page.close();
      await server.shutdown();
    },
  };
}
