/**
 * The sources by name. To add one, see `docs/your-own-source.md`.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { UsageError } from "../../lib/errors.ts";
import type { ReadSetting } from "../../lib/merge_settings.ts";
import type { ReadText } from "../../lib/secret.ts";
import { coingecko } from "./coingecko.ts";
import type { Source } from "./source.ts";

/** What a source is made from. Durations are milliseconds. */
export interface SourceOptions {
  /**
   * The text of a setting: from a flag, the environment, `.env`, or else the
   * default of the settings table. `undefined` when it is not set.
   */
  readonly setting: ReadSetting;
  /** Reads a file that a setting names; `undefined` when it does not exist. */
  readonly readText: ReadText;
  /** From one poll to the next. */
  readonly intervalMs: number;
  /** For a complete response, body included. */
  readonly timeoutMs: number;
  /** The HTTP client. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Time. */
  readonly clock: Clock;
}

/**
 * Makes a source from its settings. It sends nothing before the first poll.
 *
 * @throws {UsageError} with a line for each wrong setting.
 */
export type SourceFactory = (options: SourceOptions) => Source;

/** All sources. */
export const sources: Readonly<Record<string, SourceFactory>> = {
  coingecko,
};

/**
 * Makes the source that the setting `SOURCE` names.
 *
 * @throws {UsageError} for an unknown name or a wrong setting of the source.
 */
export function createSource(name: string, options: SourceOptions): Source {
  const factory = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (factory === undefined) {
    const known = Object.keys(sources).join(" or ");
    throw new UsageError(`SOURCE is "${name}": expected ${known}`);
  }
  return factory(options);
}
