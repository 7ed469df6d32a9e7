// The page's server side: makes its parts, and answers requests.

import type { Address } from "../../lib/address.ts";
import { CommandError, messageOf, UsageError } from "../../lib/errors.ts";
import { healthPaths } from "../../lib/health_endpoints.ts";
import type { LakeQueries } from "../lake/lake_types.ts";
import { answer, type Content, failure, jsonContent } from "./answers.ts";
import type { FindAsset } from "./assets.ts";
import { chainOf, isStale } from "./chain.ts";
import type { ChainFacts } from "./chain_types.ts";
import { createFacts, type FactSources } from "./facts.ts";
import { LiveFeed } from "./live_feed.ts";
import { Once } from "./once.ts";
import { PageData } from "./page_data.ts";
import { type Route, routeOf } from "./routes.ts";
import type { Change } from "./shapes.ts";
import { refusalOf, securityHeaders, urlOf } from "./security.ts";

/** What a page is made of. */
export interface PageOptions extends FactSources {
  /** Where the server listens. */
  readonly own: Address;
  /** The lake. */
  readonly lake: LakeQueries;
  /** The page's files. */
  readonly findAsset: FindAsset;
  /** Whether commits are announced by `committed()`. */
  readonly isTold: boolean;
  /** Answers for the paths of health; the page's rules are not theirs. */
  readonly health?: (request: Request) => Response | Promise<Response>;
  /** Listeners to events at most. @default 64 */
  readonly maxClients?: number;
  /** Bytes that may wait for a slow listener. @default 256 KiB */
  readonly maxBuffered?: number;
}

/** Answers that are kept as text. */
const maxKept = 50;

/** A page that is being served. */
export class Page {
  readonly #options: PageOptions;
  readonly #data: PageData;
  readonly #feed: LiveFeed;
  readonly #facts: () => Promise<ChainFacts>;
  readonly #kept = new Once<Content>(maxKept);

  /**
   * A page that no browser has open.
   *
   * @param options What it is made of.
   */
  constructor(options: PageOptions) {
    this.#options = options;
    this.#data = new PageData(options.lake);
    this.#facts = createFacts(this.#data, options);
    this.#feed = new LiveFeed({
      ...options,
      data: this.#data,
      chain: async () => chainOf(await this.#facts()),
    });
  }

  /** A transaction was written. */
  committed(change: Change): void {
    this.#feed.committed(change);
  }

  /** Listeners to events now. */
  get listeners(): number {
    return this.#feed.size;
  }

  /** Ends the streams of events. */
  close(): void {
    this.#feed.close();
  }

  /** Answers a request. */
  async handle(request: Request): Promise<Response> {
    const { own, health } = this.#options;
    const next = `open ${urlOf(own)}`;
    let url: URL;
    try {
      url = new URL(request.url);
    } catch {
      // Made from the caller's Host header, which may be anything.
      return failure(400, "invalid Host header", next);
    }
    if (health !== undefined && healthPaths.includes(url.pathname)) {
      return await health(request);
    }
    const { headers, method } = request;
    const refusal = refusalOf({
      method,
      path: url.pathname,
      host: headers.get("host"),
      origin: headers.get("origin"),
      site: headers.get("sec-fetch-site"),
    }, own);
    if (refusal !== undefined) {
      return failure(refusal.status, refusal.error, refusal.next);
    }
    try {
      return await this.#answer(request, routeOf(url)) ??
        failure(404, `there is no ${url.pathname} here`, next);
    } catch (error) {
      if (error instanceof UsageError) {
        return failure(400, messageOf(error), "correct the address");
      }
      if (error instanceof CommandError) {
        return failure(503, messageOf(error), error.next);
      }
      return failure(
        503,
        `the lake cannot be read: ${messageOf(error)}`,
        "look at it alone: deno task lake verify",
      );
    }
  }

  async #answer(
    request: Request,
    route: Route,
  ): Promise<Response | undefined> {
    if (route.kind === "events") return await this.#events(request);
    const content = await this.#content(route);
    return content === undefined ? undefined : await answer(request, content);
  }

  async #content(
    route: Exclude<Route, { kind: "events" }>,
  ): Promise<Content | undefined> {
    switch (route.kind) {
      case "asset":
        return await this.#asset(route.name);
      case "prices":
        return await this.#prices(route);
      case "candles":
        return await this.#candles(route);
      case "chain":
        return await jsonContent(chainOf(await this.#facts()));
      case "snapshots":
        return await jsonContent(await this.#data.snapshots(route.limit));
      case "unknown":
        return undefined;
    }
  }

  async #asset(name: string): Promise<Content | undefined> {
    try {
      return await this.#options.findAsset(name);
    } catch (error) {
      throw new CommandError(
        `${name} cannot be loaded: ${messageOf(error)}`,
        "check the connection to the npm registry, then start again",
        { cause: error },
      );
    }
  }

  async #prices({ at }: Extract<Route, { kind: "prices" }>): Promise<Content> {
    const snapshot = await this.#data.resolve(at);
    const stale = at === undefined && isStale(await this.#facts());
    const key = `prices ${snapshot.version} ${at === undefined} ${stale}`;
    return await this.#kept.get(key, async () =>
      jsonContent({
        version: snapshot.version,
        asOf: snapshot.at,
        stale,
        coins: await this.#data.prices(snapshot, at === undefined),
      }));
  }

  async #candles(
    { coin, interval, limit, at }: Extract<Route, { kind: "candles" }>,
  ): Promise<Content> {
    const snapshot = await this.#data.resolve(at);
    const { version } = snapshot;
    const asked = { coin, interval, limit };
    const candles = await this.#data.candles(asked, snapshot);
    return await jsonContent({ coin, interval, version, candles });
  }

  async #events(request: Request): Promise<Response> {
    const headers = {
      ...securityHeaders,
      "content-type": "text/event-stream",
      "cache-control": "no-store",
    };
    if (request.method === "HEAD") return new Response(null, { headers });
    let version = 0;
    try {
      ({ version } = await this.#data.newest());
    } catch {
      // The chain tells of a lake that cannot be read.
    }
    const stream = this.#feed.open(version);
    if (stream !== undefined) return new Response(stream, { headers });
    return failure(
      503,
      "too many pages are open",
      "close some of their tabs, then load this one again",
    );
  }
}
