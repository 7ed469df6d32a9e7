/**
 * What all commands share: flags in, exit code out.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { CommandError, messageOf, UsageError } from "../../lib/errors.ts";
import { progress, result } from "./print.ts";

/** The flags that a command knows. A name stands here without its dashes. */
export interface FlagSpec {
  /** Flags that are given or not: `--yes`. */
  readonly boolean?: readonly string[];
  /** Flags that carry a value: `--wait=60s`. */
  readonly string?: readonly string[];
  /** One-letter short forms: `{ f: "follow" }`. */
  readonly alias?: Readonly<Record<string, string>>;
  /** How many words may stand beside the flags; none unless told. */
  readonly words?: number;
}

/** The flags as given. A value flag that was not given is `undefined`. */
export interface Flags {
  /** Whether a boolean flag was given. */
  has(name: string): boolean;
  /** The value of a value flag. */
  value(name: string): string | undefined;
  /** The words beside the flags, in order. */
  readonly words: readonly string[];
}

/**
 * Reads the command line strictly: what a command does not know is refused.
 * `--help` is always known.
 *
 * @throws {UsageError} for an unknown flag, a value flag without a value or a
 * word too many.
 */
export function parseFlags(args: readonly string[], spec: FlagSpec): Flags {
  const booleans = ["help", ...spec.boolean ?? []];
  const strings = [...spec.string ?? []];
  const known = [...booleans, ...strings];
  const parsed = parseArgs([...args], {
    boolean: booleans,
    string: strings,
    alias: { h: "help", ...spec.alias },
    unknown: (arg, key) => {
      if (key === undefined) return true;
      throw new UsageError(
        // A value is not shown: it may be a secret.
        `unknown flag ${arg.replace(/=.*$/s, "")}: expected ${
          known.map((name) => `--${name}`).join(", ")
        }`,
      );
    },
  });
  for (const name of strings) {
    const value: unknown = parsed[name];
    if (value === "") throw new UsageError(`--${name} needs a value`);
  }
  const words = parsed._.map(String);
  const most = spec.words ?? 0;
  if (words.length > most) {
    throw new UsageError(`unexpected word "${words[most]}"`);
  }
  return {
    has: (name) => parsed[name] === true,
    value: (name) => parsed[name] as string | undefined,
    words,
  };
}

/** A command: what it knows, what `--help` prints, what it does. */
export interface Command {
  /** The name as typed after `deno task`. */
  readonly name: string;
  /** The text of `--help`, first line the purpose. */
  readonly help: string;
  /** The flags it takes. */
  readonly flags: FlagSpec;
  /**
   * Does the work.
   *
   * @returns the exit code: 0 done, 1 failed.
   * @throws {UsageError} for exit code 2, {@linkcode CommandError} for 1.
   */
  run(flags: Flags): Promise<number>;
}

/**
 * Runs a command and maps what it throws to a message and an exit code:
 * 0 done, 1 failed, 2 wrong usage or configuration.
 */
export async function runCommand(
  command: Command,
  args: readonly string[],
): Promise<number> {
  try {
    const flags = parseFlags(args, command.flags);
    if (flags.has("help")) {
      result(command.help.trim());
      return 0;
    }
    return await command.run(flags);
  } catch (error) {
    if (error instanceof UsageError) {
      progress(`${command.name}: ${error.message}`);
      progress(`Try: deno task ${command.name} --help`);
      return 2;
    }
    progress(`${command.name}: ${messageOf(error)}`);
    if (error instanceof CommandError) progress(`Next: ${error.next}`);
    return 1;
  }
}
