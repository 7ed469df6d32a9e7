/**
 * The configuration that every command begins with.
 *
 * @module
 */

import { type Config, parseConfig } from "../../producer/config/config.ts";
import { gatherSettings, inProject } from "../../producer/config/settings.ts";

/** The effective configuration, from the environment and `.env`. */
export function readConfig(): Config {
  return inProject(parseConfig(gatherSettings(new Map())));
}
