/**
 * The sources by name. To add one: write a file beside this, add a line here,
 * set `SOURCE`, and add its host to `permissions.producer.net` in `deno.json`.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Config } from "../config/config.ts";
import { UsageError } from "../../lib/errors.ts";
import type { Source } from "./source.ts";
import { coingecko } from "./coingecko.ts";

/** What a source may use of the world. */
export interface SourcePorts {
  /** The HTTP client. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Time. */
  readonly clock: Clock;
}

/** Makes a source from the configuration. */
export type SourceFactory = (config: Config, ports: SourcePorts) => Source;

/** All sources. */
export const sources: Readonly<Record<string, SourceFactory>> = {
  coingecko: (config, ports) =>
    coingecko({
      access: config.coingecko,
      ids: config.ids,
      timeoutMs: config.timeoutMs,
      intervalMs: config.intervalMs,
      ...ports,
    }),
};

/**
 * Makes the configured source.
 *
 * @throws {UsageError} when there is none of that name.
 */
export function createSource(config: Config, ports: SourcePorts): Source {
  const factory = Object.hasOwn(sources, config.source)
    ? sources[config.source]
    : undefined;
  if (factory === undefined) {
    throw new UsageError(
      `SOURCE is "${config.source}": expected ${
        Object.keys(sources).join(" or ")
      }`,
    );
  }
  return factory(config, ports);
}
