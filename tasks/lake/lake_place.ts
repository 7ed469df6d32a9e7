// Which lake the commands work on: a folder of this machine, or the volume of
// the stack's container.

import {
  given,
  mergeSettings,
  realPorts,
  type SettingsPorts,
} from "../../lib/merge_settings.ts";
import { chooseKind, recordedKind } from "../stack/choice/choose_stack.ts";
import { composeSettings } from "../stack/compose_settings.ts";

/**
 * Whether it is the container's: `setup --lake` chose that, and no `LAKE_DIR`
 * names a folder.
 *
 * @param recorded Reads the kind of stack that the last `setup` recorded.
 */
export function isLakeInContainer(
  ports: SettingsPorts = realPorts,
  recorded: () => string | undefined = recordedKind,
): boolean {
  if (given(mergeSettings(ports)("LAKE_DIR")) !== undefined) return false;
  if (!composeSettings(ports).profiles.includes("lake")) return false;
  return chooseKind(undefined, recorded()) === "compose";
}
