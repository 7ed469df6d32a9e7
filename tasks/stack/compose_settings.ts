// The settings of the Compose stack: variables that `docker compose` reads too,
// from the environment or `.env`.

import {
  given,
  mergeSettings,
  readDotenv,
  type SettingsPorts,
} from "../../lib/merge_settings.ts";
import {
  parseAll,
  parseSetting,
  portField,
} from "../../lib/setting_parsers.ts";
import {
  type Profile,
  profiles,
  type Published,
  serviceFacts,
} from "./services.ts";
import { stackDefaults, type StackSetting } from "./stack_defaults.ts";

const mainFile = "compose.yaml";

export const kraftFile = "compose.kraft.yaml";

/**
 * Variables of Docker Compose that choose what it works on. A shell may have
 * them for another project, whose volumes `destroy` would remove: here they
 * count only in `.env`, which is this project's own.
 */
export const composeVariables = [
  "COMPOSE_FILE",
  "COMPOSE_PROJECT_NAME",
  "COMPOSE_PROFILES",
  "COMPOSE_ENV_FILES",
  "COMPOSE_DISABLE_ENV_FILE",
  "COMPOSE_PATH_SEPARATOR",
] as const;

export interface ComposeSettings {
  /** The Compose project: isolates containers and volumes. */
  readonly project: string;
  /** Prefix of the container names: `crypto` in `crypto-kafka`. */
  readonly prefix: string;
  /** Ports on this machine, by service. */
  readonly ports: Readonly<Record<Published, number>>;
  /** PART-A's network, if an earlier `setup` or the user set it. */
  readonly network: string | undefined;
  /** The network without PART-A: `crypto-standalone`. */
  readonly standaloneNetwork: string;
  readonly isKraft: boolean;
  /** The profiles in use, as `COMPOSE_PROFILES` in `.env` has them. */
  readonly profiles: readonly Profile[];
  /** Profiles there that are not the stack's own. */
  readonly moreProfiles: readonly string[];
  /** Files that `.env` adds to those of the stack, in `COMPOSE_FILE`. */
  readonly moreFiles: readonly string[];
  /** The image of the producer and of short-lived helper containers. */
  readonly denoImage: string;
}

/** One value for each service with a port on this machine. */
function forEachPort<T>(
  of: (setting: StackSetting) => T,
): Record<Published, T> {
  const entries = serviceFacts.flatMap(({ name, published }) =>
    published === undefined ? [] : [[name, of(published.setting)] as const]
  );
  // Their names are those of the table's rows with a port.
  return Object.fromEntries(entries) as Record<Published, T>;
}

/** Reads them by the precedence of Compose itself. */
export function composeSettings(ports: SettingsPorts): ComposeSettings {
  const dotenv = readDotenv(ports);
  const read = mergeSettings(ports, undefined, dotenv);
  const text = (name: StackSetting) => given(read(name)) ?? stackDefaults[name];
  const port = (name: StackSetting) => () =>
    parseSetting(name, text(name), portField);
  const prefix = text("STACK_NAME");
  const files = (dotenv.get("COMPOSE_FILE") ?? "").split(/[:;]/).filter(
    Boolean,
  );
  const wanted = (dotenv.get("COMPOSE_PROFILES") ?? "").split(",")
    .map((name) => name.trim()).filter(Boolean);
  const isOwn = (name: string) => profiles.some((own) => own === name);
  return {
    project: given(dotenv.get("COMPOSE_PROJECT_NAME")) ??
      stackDefaults.COMPOSE_PROJECT_NAME,
    prefix,
    standaloneNetwork: `${prefix}-standalone`,
    ports: parseAll(forEachPort(port)),
    network: given(read("DAS_NETWORK")),
    isKraft: files.includes(kraftFile),
    profiles: profiles.filter((own) =>
      wanted.includes(own) || wanted.includes("*")
    ),
    moreProfiles: wanted.filter((name) => !isOwn(name)),
    moreFiles: files.filter((file) => file !== kraftFile && file !== mainFile),
    denoImage: text("DENO_IMAGE"),
  };
}

/** The files of a stack, as `COMPOSE_FILE` has them. */
export function composeFiles(
  { isKraft, moreFiles }: Pick<ComposeSettings, "isKraft" | "moreFiles">,
): string {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  return [isKraft ? kraftFile : mainFile, ...moreFiles].join(separator);
}

/** What to say of variables that choose files, project or engine. */
export function environmentNotes(
  env: (name: string) => string | undefined,
): string[] {
  const ignored = composeVariables.filter((name) => given(env(name)))
    .map((name) => `${name} in the environment is ignored: set it in .env`);
  const engine = ["DOCKER_HOST", "DOCKER_CONTEXT"].flatMap((name) => {
    const value = given(env(name));
    return value === undefined ? [] : [`Docker engine: ${name}=${value}`];
  });
  return [...ignored, ...engine];
}
