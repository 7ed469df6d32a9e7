// From a thrown error to an exit code and the lines for stderr.

import { CommandError, messageOf, UsageError } from "./errors.ts";
import { mergeSettings, realPorts } from "./merge_settings.ts";

/** How a command ends. */
export interface Exit {
  /** 2 for a wrong usage or configuration, else 1. */
  readonly code: 1 | 2;
  /** What to print to stderr. */
  readonly lines: readonly string[];
}

/**
 * Whether stacks and causes are wanted: `DEBUG=1` or `LOG_LEVEL=debug`, in the
 * environment or `.env`.
 */
export function wantsDetails(
  read: (name: string) => string | undefined = readSetting(),
): boolean {
  return !["", "0", "false"].includes(read("DEBUG")?.trim() ?? "") ||
    read("LOG_LEVEL")?.trim() === "debug";
}

/** Reads settings; the environment alone where `.env` is the error itself. */
function readSetting(): (name: string) => string | undefined {
  try {
    return mergeSettings(realPorts);
  } catch {
    return (name) => Deno.env.get(name);
  }
}

/** The stack of an error and those of its causes. */
function detailsOf(error: unknown): string[] {
  const seen = new Set<unknown>();
  const lines: string[] = [];
  for (let at = error; at !== undefined && !seen.has(at);) {
    const text = at instanceof Error ? at.stack ?? String(at) : String(at);
    lines.push(...`${seen.size > 0 ? "Caused by: " : ""}${text}`.split("\n"));
    seen.add(at);
    at = at instanceof Error ? at.cause : undefined;
  }
  return lines;
}

/** Options of {@linkcode exitOf}. */
export interface ExitOptions {
  /** Whether to print stacks and causes. @default wantsDetails() */
  readonly details?: boolean;
  /** Whether a wrong usage points to `--help`. @default true */
  readonly help?: boolean;
  /** The next step after an unexpected error. @default none */
  readonly next?: string;
}

/**
 * Maps an error: a {@linkcode UsageError} to 2, everything else to 1.
 *
 * @param command The command as typed after `deno task`.
 */
export function exitOf(
  error: unknown,
  command: string,
  { details = wantsDetails(), help = true, next }: ExitOptions = {},
): Exit {
  const more = details ? detailsOf(error) : [];
  if (error instanceof UsageError) {
    return {
      code: 2,
      lines: [
        ...error.message.split("\n").map((line) => `${command}: ${line}`),
        ...more,
        ...help ? [`Try: deno task ${command} --help`] : [],
      ],
    };
  }
  const step = error instanceof CommandError ? error.next : next;
  const lines = [`${command}: ${messageOf(error)}`, ...more];
  if (step !== undefined) lines.push(`Next: ${step}`);
  // What was expected to fail says enough; a defect does not.
  if (!(error instanceof CommandError) && !details) {
    lines.push("Set DEBUG=1 to see the stack and the causes of this error.");
  }
  return { code: 1, lines };
}
