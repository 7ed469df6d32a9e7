// Where settings come from: a flag wins over the environment, the environment
// over `.env`. The first of them that names a setting decides, as in Docker
// Compose: an empty variable there means the default, whatever `.env` says.

import { type Dotenv, parseDotenv } from "./dotenv.ts";
import { messageOf, UsageError } from "./errors.ts";
import { readText } from "./files.ts";
import { deniedMessage, type Need } from "./needs.ts";
import { projectDir } from "./project.ts";
import type { ReadText } from "./secret.ts";

/** What settings are read from. */
export interface SettingsPorts {
  /** An environment variable. */
  readonly env: (name: string) => string | undefined;
  /** A text file; paths start from the project's folder. */
  readonly readText: ReadText;
  /** The process's permission set in `deno.json`. @default "producer" */
  readonly permissions?: string;
}

/** The process's own environment and files. */
export const realPorts: SettingsPorts = {
  env: (name) => Deno.env.get(name),
  readText: (path) => readText(new URL(path, projectDir)),
};

/** The raw text of a setting, `undefined` when nothing names it. */
export type ReadSetting = (name: string) => string | undefined;

/** The text of a setting without blanks around it; blanks alone mean none. */
export function given(text: string | undefined): string | undefined {
  return text?.trim() || undefined;
}

/** Runs a read; a denied permission becomes the line to add to `deno.json`. */
function explained<T>(
  { need, what, set }: {
    readonly need: Need;
    readonly what: string;
    readonly set?: string | undefined;
  },
  read: () => T,
): T {
  try {
    return read();
  } catch (error) {
    const message = error instanceof Error && error.name === "NotCapable"
      ? deniedMessage(need, set)
      : `cannot read ${what}: ${messageOf(error)}`;
    throw new UsageError(message, { cause: error });
  }
}

/**
 * Reads a file that a setting names.
 *
 * @param why The setting's name.
 * @throws {UsageError} when it exists but cannot be read.
 */
export function readSettingFile(
  readText: ReadText,
  path: string,
  why: string,
): string | undefined {
  const need: Need = { kind: "read", path, why };
  return explained({ need, what: `${why} "${path}"` }, () => readText(path));
}

/**
 * Reads `.env`, whose interpolations ask the environment first.
 *
 * @throws {UsageError} when it cannot be read or parsed.
 */
export function readDotenv(ports: SettingsPorts): Dotenv {
  const need: Need = { kind: "read", path: ".env", why: ".env" };
  const text = explained(
    { need, what: ".env", set: ports.permissions },
    () => ports.readText(".env"),
  ) ?? "";
  return parseDotenv(
    text,
    (name) => readEnv(ports, name, "an interpolation in .env"),
  );
}

function readEnv(
  ports: SettingsPorts,
  name: string,
  why: string,
): string | undefined {
  const need: Need = { kind: "env", variable: name, why };
  return explained(
    { need, what: name, set: ports.permissions },
    () => ports.env(name),
  );
}

/**
 * Merges the layers.
 *
 * @param flag The value of a setting's flag.
 * @param dotenv `.env`, for a caller that has read it.
 * @throws {UsageError} for a `.env` that cannot be read or parsed.
 */
export function mergeSettings(
  ports: SettingsPorts,
  flag: ReadSetting = () => undefined,
  dotenv: Dotenv = readDotenv(ports),
): ReadSetting {
  return (name) =>
    flag(name) ?? readEnv(ports, name, "a setting") ?? dotenv.get(name);
}
