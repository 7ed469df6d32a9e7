// `deno task lake sql --engine=spark`: a query on PART-A's lake.

import { UsageError } from "../../../lib/errors.ts";
import type { Command } from "../../cli/command.ts";
import { result } from "../../cli/print.ts";
import { terminalWidth } from "../../../lib/terminal_width.ts";
import { formatRows, rowsForm } from "../format_table.ts";
import { rowsOf } from "./spark_result.ts";
import { performOnSpark, placeFlag, placeHelp } from "./spark_session.ts";

/** The command. */
export const command: Command = {
  name: "lake sql --engine=spark",
  help:
    `Queries PART-A's lake, also while lake run fills it. It changes nothing.

Usage: deno task lake sql --engine=spark "SELECT ..." [--at=SNAPSHOT|TIME]
                                         [--json|--csv] [--in-notebook]

  --at=6065090493578162466  the lake as of that snapshot (see lake history)
  --at=2026-11-25T10:00     the lake as of that time, UTC
  --json                    one JSON object a line; decimals are text, in full
  --csv                     RFC 4180, with a header line
  ${placeHelp.replace("  ", "             ")}

The dialect is Spark's. For example:
deno task lake sql --engine=spark "SELECT * FROM gold.crypto_latest"`,
  flags: { boolean: ["json", "csv", placeFlag], string: ["at"], words: 1 },
  async run(flags) {
    const [sql] = flags.words;
    if (sql === undefined || sql.trim() === "") {
      throw new UsageError(
        'expected a query, for example "SELECT * FROM gold.crypto_latest"',
      );
    }
    const form = rowsForm(flags);
    const at = flags.value("at");
    const { events, stopped } = await performOnSpark("sql", flags, {
      sql,
      ...at === undefined ? {} : { at },
    });
    if (stopped) return 130;
    const found = rowsOf(events, "rows");
    for (const line of formatRows(found, form, terminalWidth())) result(line);
    return 0;
  },
};
