// The sources by name. To add one, see `docs/your-own-source.md`.

import { UsageError } from "../../lib/errors.ts";
import { coingecko } from "./coingecko.ts";
import type { Source, SourceFactory, SourceOptions } from "./source.ts";

/** All sources. */
export const sources: Readonly<Record<string, SourceFactory>> = { coingecko };

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
