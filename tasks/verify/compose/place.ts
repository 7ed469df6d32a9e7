/**
 * Which Compose stack `verify` looks at.
 *
 * @module
 */

import { parseDotenv } from "../../../producer/dotenv.ts";
import type { SettingsPorts } from "../../../producer/settings.ts";
import type { ComposePlace } from "./observe.ts";

/**
 * The place of this clone's stack, by the variables that `docker compose`
 * itself reads.
 */
export function composePlace(ports: SettingsPorts): ComposePlace {
  const dotenv = parseDotenv(ports.readText(".env") ?? "");
  const read = (name: string) => ports.env(name) || dotenv.get(name);
  return {
    project: read("COMPOSE_PROJECT_NAME") ?? "crypto-stream",
    denoImage: read("DENO_IMAGE") ?? "denoland/deno:2.9.6",
  };
}
