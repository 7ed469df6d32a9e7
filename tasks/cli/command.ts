// The frame of every command: flags in, exit code out.

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../../lib/errors.ts";
import { exitOf } from "../../lib/exit.ts";
import { progress, result } from "./print.ts";

export interface FlagSpec {
  readonly boolean?: readonly string[];
  readonly string?: readonly string[];
  /** Short forms: `{ f: "follow" }`. */
  readonly alias?: Readonly<Record<string, string>>;
  /** How many positional arguments are allowed. @default 0 */
  readonly words?: number;
}

export interface Flags {
  has(name: string): boolean;
  value(name: string): string | undefined;
  readonly words: readonly string[];
}

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
        // The value is not shown: it may be a secret.
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
  const maxWords = spec.words ?? 0;
  if (words.length > maxWords) {
    throw new UsageError(`unexpected argument "${words[maxWords]}"`);
  }
  return {
    has: (name) => parsed[name] === true,
    value: (name) => parsed[name] as string | undefined,
    words,
  };
}

export interface Command {
  readonly name: string;
  /** The text of `--help`; its first line is the purpose. */
  readonly help: string;
  readonly flags: FlagSpec;
  /** Runs it; returns the exit code: 0 done, 1 failed. */
  run(flags: Flags): Promise<number>;
}

/** Returns the exit code: 0 done, 1 failed, 2 wrong usage or configuration. */
export async function runCommand(
  command: Command,
  args: readonly string[],
): Promise<number> {
  try {
    const flags = parseFlags(args, command.flags);
    if (!flags.has("help")) return await command.run(flags);
    result(command.help.trim());
    return 0;
  } catch (error) {
    const { code, lines } = exitOf(error, command.name);
    lines.forEach(progress);
    return code;
  }
}
