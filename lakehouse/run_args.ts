// The command line of `deno task lake run`.

import { UsageError } from "../lib/errors.ts";
import { parseProgramFlags } from "../lib/program_flags.ts";
import { parseTime } from "./lake/moment.ts";
import { lakeSettings, secretLakeSettings } from "./lake_settings.ts";

/** Where an empty lake begins: the first available record, or a time. */
export type Beginning = "earliest" | { readonly sinceMs: number };

/** A parsed command line. */
export type RunCommand =
  | { readonly kind: "help" }
  | {
    readonly kind: "run";
    /** Ends when the topic is drained. */
    readonly once: boolean;
    /** Whether it writes bronze alone; only with `once`. */
    readonly bronzeOnly: boolean;
    /** Where an empty lake begins. */
    readonly from: Beginning;
    /** The folder of DuckDB's extensions, from the command in front. */
    readonly extensionDir: string;
    /** Settings by `flagOf()` names. */
    readonly flags: ReadonlyMap<string, string>;
  };

/** Not for people: the command in front has the folder ready. */
export const extensionFlag = "extension-dir";

/** The flags for people, beside the settings. */
export const runFlags = { boolean: ["once", "bronze-only"], string: ["from"] };

function beginning(text: string | undefined): Beginning {
  if (text === undefined || text === "earliest") return "earliest";
  try {
    return { sinceMs: parseTime(text).epochMilliseconds };
  } catch {
    throw new UsageError(
      `--from is "${text}": expected earliest, or a time of UTC such as ` +
        "2026-11-25T10:00",
    );
  }
}

/**
 * Parses the command line.
 *
 * @throws {UsageError} for an unknown argument or a missing value.
 */
export function parseRunCommand(args: readonly string[]): RunCommand {
  const { has, value, settings: flags } = parseProgramFlags(args, {
    helpCommand: "deno task lake run --help",
    boolean: runFlags.boolean,
    string: [...runFlags.string, extensionFlag],
    settings: lakeSettings,
    secrets: secretLakeSettings,
  });
  if (has("help")) return { kind: "help" };
  const once = has("once");
  const bronzeOnly = has("bronze-only");
  if (bronzeOnly && !once) {
    throw new UsageError(
      "--bronze-only is for a backlog: expected --once, too",
    );
  }
  return {
    kind: "run",
    once,
    bronzeOnly,
    from: beginning(value("from")),
    extensionDir: value(extensionFlag) ?? "",
    flags,
  };
}

/** The text of `--help`. */
export function runHelp(): string {
  const rows = lakeSettings.map(([name, fallback, about]) => {
    const shown = fallback === "" ? "" : `(default ${fallback})`;
    const gap = 6 + about.length + shown.length < 80 ? " " : "\n      ";
    return `  ${name}\n      ${`${about}${shown && gap + shown}`}`;
  });
  return [
    "Follows the topic into bronze, silver and gold until Ctrl-C, exactly once.",
    "",
    "Usage: deno task lake run [--once [--bronze-only]] [--from=earliest|TIME]",
    "                          [--SETTING=VALUE ...]",
    "",
    "  --once       end as soon as everything in the topic is in the lake; on a",
    "               terminal a bar under the log lines shows how far it is",
    "  --bronze-only",
    "               with --once: save a backlog before the topic's retention deletes",
    "               it; deno task lake rebuild then computes silver from it",
    "  --from=TIME  where an empty lake begins, UTC: earliest (default) or a",
    "               time such as 2026-11-25T10:00; later runs go on where the",
    "               lake ends",
    "  --help       print this text",
    "",
    "Settings. A flag is the name in lower case with dashes (--kafka-topic=x).",
    "Flags override the environment, the environment overrides .env.",
    "",
    ...rows,
  ].join("\n");
}
