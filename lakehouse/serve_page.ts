// Serves the page and the health endpoints of `lake run`.

import { type Address, formatAddress } from "../lib/address.ts";
import type { Clock } from "../lib/clock.ts";
import { CommandError, messageOf } from "../lib/errors.ts";
import { askProducer } from "../lib/producer_status.ts";
import type { LakeHealth } from "./health/lake_metrics.ts";
import { lakeEndpoints, lakeStatus } from "./health/lake_status.ts";
import type { LakeQueries } from "./lake/lake_types.ts";
import { assetsDir, openAssets } from "./page/assets.ts";
import { Page } from "./page/page_handler.ts";
import { urlOf } from "./page/security.ts";

/** What the server shows. */
export interface Served {
  /** What the ingestion counted. */
  readonly health: LakeHealth;
  /** The lake. */
  readonly lake: LakeQueries;
  /** Where the producer is asked; `undefined` for not at all. */
  readonly producer: Address | undefined;
  /** Time. */
  readonly clock: Clock;
}

/** A running server. */
export interface PageServer {
  /** What people open. */
  readonly url: string;
  /** A transaction was written: browsers are told. */
  committed(change: { readonly rows: number; readonly ticks: number }): void;
  /** Ends it; who is connected is not waited for. */
  close(): void;
}

/** The chain is looked at each second. */
const producerTimeoutMs = 700;

/** Where to dial what listens on all addresses. */
function dialled({ host, port }: Address): string {
  const isAny = host === "0.0.0.0" || host === "::";
  return formatAddress({ host: isAny ? "127.0.0.1" : host, port });
}

/** Asks the producer at an address; the page waits for it. */
export function pageProducer(producer: Address | undefined): Pick<
  ConstructorParameters<typeof Page>[0],
  "producerAddress" | "askProducer" | "findAsset"
> {
  return {
    producerAddress: producer === undefined ? undefined : dialled(producer),
    askProducer: (address) => askProducer(address, producerTimeoutMs),
    findAsset: openAssets(
      assetsDir,
      async () => (await import("./page/chart_files.ts")).chartFiles,
    ),
  };
}

/**
 * Serves until it is closed.
 *
 * @throws {CommandError} when the address is in use.
 */
export function servePage(own: Address, served: Served): PageServer {
  const { health, lake, producer, clock } = served;
  const page = new Page({
    own,
    lake,
    clock,
    isTold: true,
    health: lakeEndpoints(health),
    askRun: () => Promise.resolve({ ok: true, value: lakeStatus(health) }),
    ...pageProducer(producer),
  });
  const { host: hostname, port } = own;
  let server: Deno.HttpServer;
  try {
    server = Deno.serve(
      { hostname, port, onListen: () => {} },
      (request) => page.handle(request),
    );
  } catch (error) {
    throw new CommandError(
      `cannot listen on LAKE_ADDRESS ${formatAddress(own)}: ` +
        messageOf(error),
      "stop what listens there (another lake run, or the stack's " +
        "container crypto-lake, which fills a lake of its own?), or set another " +
        "LAKE_ADDRESS",
      { cause: error },
    );
  }
  return {
    url: urlOf(own),
    committed({ rows, ticks }) {
      page.committed({ records: rows, ticks });
    },
    close() {
      page.close();
      void server.shutdown();
    },
  };
}
