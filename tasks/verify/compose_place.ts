/**
 * Which Compose stack `verify` looks at.
 *
 * @module
 */

import type { SettingsPorts } from "../../lib/merge_settings.ts";
import { composeSettings } from "../stack/compose/compose_settings.ts";
import type { ComposePlace } from "./observe_stack.ts";

/**
 * The place of this clone's stack, by the variables that `docker compose`
 * itself reads.
 */
export function composePlace(ports: SettingsPorts): ComposePlace {
  const { project, denoImage } = composeSettings(ports);
  return { project, denoImage };
}
