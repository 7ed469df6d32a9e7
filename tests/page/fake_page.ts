// The page's own files and headers over made-up answers.

import { answer, failure, jsonContent } from "../../lakehouse/page/answers.ts";
import { assetsDir, openAssets } from "../../lakehouse/page/assets.ts";
import { chartFiles } from "../../lakehouse/page/chart_files.ts";
import { EventHub, eventText } from "../../lakehouse/page/event_hub.ts";
import { type Route, routeOf } from "../../lakehouse/page/routes.ts";
import { securityHeaders } from "../../lakehouse/page/security.ts";
import { chainBody, type ChainKind } from "../fakes/chain_body.ts";
import {
  candlesBody,
  type FakeLake,
  pageNow,
  pricesBody,
  snapshotsBody,
} from "../fakes/page_bodies.ts";

/** What it shows; may be changed while it runs. */
export interface Scene extends FakeLake {
  kind: ChainKind;
  /** The newest snapshot; each is two hours after the one before. */
  version: number;
  /** Answers 503, as for a lake that cannot be read. */
  isUnreadable: boolean;
  isAwkward?: boolean;
  isEmpty?: boolean;
}

const stepMs = 7_200_000;
const firstVersion = 56;

/** A page at a port of its own; closed at the end of its scope. */
export function serveFakePage(
  port: number,
  first: Partial<Scene> = {},
) {
  const scene: Scene = {
    kind: "flowing",
    version: firstVersion,
    isUnreadable: false,
    ...first,
  };
  const findAsset = openAssets(assetsDir, () => Promise.resolve(chartFiles));
  const counts = { prices: 0, candles: 0, chain: 0, events: 0 };
  const hub = new EventHub({ onFirst: () => {}, onNone: () => {} });
  const timeOf = (version: number) =>
    pageNow + (version - firstVersion) * stepMs;

  /** The snapshot that a question is about. */
  function versionOf(at: unknown): number {
    const text = String(at ?? scene.version);
    const ms = Date.parse(text);
    return /^\d+$/.test(text)
      ? Number(text)
      : firstVersion + Math.floor((ms - pageNow) / stepMs);
  }

  function bodyOf(route: Route, at: string | null): unknown {
    const lake = { ...scene, now: timeOf(versionOf(at)) };
    switch (route.kind) {
      case "prices":
        counts.prices++;
        return pricesBody(lake, versionOf(at));
      case "candles":
        counts.candles++;
        return candlesBody(route.coin, route.interval, {
          ...lake,
          limit: route.limit,
        });
      case "chain":
        counts.chain++;
        return chainBody(scene.kind, timeOf(scene.version));
      case "snapshots":
        return snapshotsBody(scene.version, timeOf(scene.version));
      default:
        return undefined;
    }
  }

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const route = routeOf(url);
    if (route.kind === "asset") {
      const content = await findAsset(route.name);
      return content === undefined
        ? failure(404, `there is no ${route.name}`, "look again")
        : await answer(request, content);
    }
    if (route.kind === "events") {
      counts.events++;
      const { version } = scene;
      return new Response(hub.open(eventText("hello", { version })), {
        headers: { ...securityHeaders, "content-type": "text/event-stream" },
      });
    }
    if (scene.isUnreadable) {
      return failure(
        503,
        "the lake cannot be read: disk I/O error",
        "look at it alone: deno task lake verify",
      );
    }
    const body = bodyOf(route, url.searchParams.get("at"));
    return await answer(request, await jsonContent(body));
  }

  const server = Deno.serve(
    { hostname: "127.0.0.1", port, onListen: () => {} },
    handle,
  );
  return {
    url: `http://127.0.0.1:${port}/`,
    scene,
    counts,
    /** A newer snapshot, and its event. */
    commit() {
      scene.version++;
      const { asOf, version, coins } = pricesBody(
        { ...scene, now: timeOf(scene.version) },
        scene.version,
      );
      const rows = coins.map(({ spark: _, ...row }) => row);
      const body = { version, at: asOf, records: 1, ticks: 10, coins: rows };
      hub.send(eventText("commit", body));
      hub.send(eventText("chain", chainBody(scene.kind, timeOf(version))));
    },
    /** The chain as it is in another state, and its event. */
    become(kind: ChainKind) {
      scene.kind = kind;
      hub.send(eventText("chain", chainBody(kind, timeOf(scene.version))));
    },
    async [Symbol.asyncDispose]() {
      hub.close();
      await server.shutdown();
    },
  };
}
