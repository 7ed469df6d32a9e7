// `deno task lake history --engine=spark`: the snapshots of PART-A's lake.

import { UsageError } from "../../../lib/errors.ts";
import type { Command } from "../../cli/command.ts";
import { result } from "../../cli/print.ts";
import { terminalWidth } from "../../../lib/terminal_width.ts";
import { formatJson, formatTable } from "../format_table.ts";
import { rowsOf } from "./spark_result.ts";
import {
  performOnSpark,
  placeFlag,
  placeHelp,
  wholeNumber,
} from "./spark_session.ts";

/** The command. */
export const command: Command = {
  name: "lake history --engine=spark",
  help: `Shows the snapshots of PART-A's lake, newest first.

Usage: deno task lake history --engine=spark [TABLE] [--limit=N] [--json]
                                             [--in-notebook]

  TABLE          only that table, e.g. silver.crypto_ticks
  --limit=N      how many (default 20)
  --json         one JSON object a line
  ${placeHelp}

To read the lake as of one:
deno task lake sql --engine=spark "..." --at=SNAPSHOT`,
  flags: { boolean: ["json", placeFlag], string: ["limit"], words: 1 },
  async run(flags) {
    const [table] = flags.words;
    if (table !== undefined && !/^(?:bronze|silver|gold)\.\w+$/.test(table)) {
      throw new UsageError(
        `unknown table "${table}": expected one of bronze, silver or gold, ` +
          "such as silver.crypto_ticks",
      );
    }
    const limit = wholeNumber(flags, "limit") ?? 20;
    const { events, stopped } = await performOnSpark("history", flags, {
      limit,
      ...table === undefined ? {} : { table },
    });
    if (stopped) return 130;
    const { columns, rows } = rowsOf(events, "history");
    const found = { columns, rows: rows.toReversed() };
    const lines = flags.has("json")
      ? formatJson(found)
      : formatTable(found, terminalWidth());
    for (const line of lines) result(line);
    return 0;
  },
};
