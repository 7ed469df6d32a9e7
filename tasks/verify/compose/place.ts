/**
 * Which Compose stack `verify` looks at.
 *
 * @module
 */

import type { SettingsPorts } from "../../../producer/settings.ts";
import { composeSettings } from "../../stack/compose/settings.ts";
import type { ComposePlace } from "./observe.ts";

/**
 * The place of this clone's stack, by the variables that `docker compose`
 * itself reads.
 */
export function composePlace(ports: SettingsPorts): ComposePlace {
  const { project, denoImage } = composeSettings(ports);
  return { project, denoImage };
}
