/**
 * What every command on a stack begins with: the configuration and the stack.
 *
 * @module
 */

import { type Config, parseConfig } from "../../producer/config/config.ts";
import { gatherSettings, inProject } from "../../producer/config/settings.ts";
import {
  chooseKind,
  openStack,
  recordedKind,
} from "../stack/choice/choose_stack.ts";
import type { Stack } from "../stack/stack.ts";

/** The effective configuration, from the environment and `.env`. */
export function readConfig(): Config {
  return inProject(parseConfig(gatherSettings(new Map())));
}

/**
 * The stack that a command works on.
 *
 * @param asked The value of `--stack`, if it was given.
 */
export function readStack(config: Config, asked?: string): Stack {
  return openStack(chooseKind(asked, recordedKind()), config.hostPort);
}
