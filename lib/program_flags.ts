// The command line of a program: a few flags of its own, and one for each
// setting.

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "./errors.ts";
import { flagOf, type Setting } from "./setting.ts";

/** What a command line may have. */
export interface ProgramFlags {
  /** The command that prints the help, for mistakes. */
  readonly helpCommand: string;
  /** The program's own flags without a value; `help` is always there. */
  readonly boolean: readonly string[];
  /** The program's own flags with a value. @default none */
  readonly string?: readonly string[];
  /** The settings; each has a flag but the secrets. */
  readonly settings: readonly Setting[];
  /** Settings without a flag: other users can read command lines. */
  readonly secrets: readonly string[];
}

/** What a command line has. */
export interface GivenFlags {
  /** Whether a flag without a value is there. */
  has(name: string): boolean;
  /** The value of one of the program's own flags. */
  value(name: string): string | undefined;
  /** Settings by {@linkcode flagOf} names. */
  readonly settings: ReadonlyMap<string, string>;
}

/** The error for an argument. Its value is not shown: it may be a secret. */
function unknownArgument(
  arg: string,
  { helpCommand, secrets }: ProgramFlags,
): UsageError {
  const shown = arg.replace(/=.*$/s, "");
  const secret = secrets.find((name) => shown === `--${flagOf(name)}`);
  return new UsageError(
    secret === undefined
      ? `unknown argument ${shown}: see ${helpCommand}`
      : `unknown argument ${shown}: a secret has no flag, since others can ` +
        `read command lines; set ${secret} or ${secret}_FILE`,
  );
}

/**
 * Parses a command line.
 *
 * @throws {UsageError} for an unknown argument or a missing value.
 */
export function parseProgramFlags(
  args: readonly string[],
  known: ProgramFlags,
): GivenFlags {
  const settings = known.settings.map(([name]) => name)
    .filter((name) => !known.secrets.includes(name)).map(flagOf);
  const own = known.string ?? [];
  const parsed = parseArgs([...args], {
    boolean: ["help", ...known.boolean],
    string: [...own, ...settings],
    alias: { h: "help" },
    unknown: (arg) => {
      throw unknownArgument(arg, known);
    },
  });
  const textOf = (flag: string): [string, string][] => {
    const text: unknown = parsed[flag];
    if (text === "") throw new UsageError(`--${flag} needs a value`);
    return typeof text === "string" ? [[flag, text]] : [];
  };
  // Help is given whatever else is wrong.
  const isHelp = parsed.help === true;
  const values = new Map(isHelp ? [] : own.flatMap(textOf));
  return {
    has: (name) => parsed[name] === true,
    value: (name) => values.get(name),
    settings: new Map(isHelp ? [] : settings.flatMap(textOf)),
  };
}
