// The configuration, from the environment and `.env`.

import { systemClock } from "../../lib/clock.ts";
import { realPorts } from "../../lib/merge_settings.ts";
import { type Config, parseConfig } from "../../producer/config/config.ts";
import { httpFetch } from "../../lib/http_fetch.ts";
import {
  configure,
  type Configured,
  gatherSettings,
  inProject,
} from "../../producer/config/settings.ts";

/** The configuration without the source's own settings. */
export function readConfig(): Config {
  return inProject(parseConfig(gatherSettings(new Map())));
}

export function readConfigAndSource(): Configured {
  return configure(new Map(), {
    ...realPorts,
    clock: systemClock,
    fetch: httpFetch,
  });
}
