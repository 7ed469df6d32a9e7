// `deno task lake sql`: a query, and its result as a table, JSON or CSV.

import { UsageError } from "../../lib/errors.ts";
import type { Command } from "../cli/command.ts";
import { result } from "../cli/print.ts";
import { terminalWidth } from "../../lib/terminal_width.ts";
import { formatRows, partsFormatter, rowsForm } from "./format_table.ts";
import { openLakeReader } from "./open_lake.ts";

/** The command. */
export const command: Command = {
  name: "lake sql",
  help: `Queries the lake, also while lake run fills it. It changes nothing.

Usage: deno task lake sql "SELECT ..." [--at=VERSION|TIME] [--json|--csv]

  --at=42                the lake as of snapshot 42 (see deno task lake history)
  --at=2026-11-25T10:00  the lake as of that time, UTC
  --json                 one JSON object a line; decimals are text, in full
  --csv                  RFC 4180, with a header line

The dialect is DuckDB's. Tables: deno task lake sql "SHOW ALL TABLES"
For example: deno task lake sql "FROM gold.crypto_latest"`,
  flags: { boolean: ["json", "csv"], string: ["at"], words: 1 },
  async run(flags) {
    const [sql] = flags.words;
    if (sql === undefined || sql.trim() === "") {
      throw new UsageError(
        'expected a query, for example: deno task lake sql "FROM ' +
          'gold.crypto_latest"',
      );
    }
    const form = rowsForm(flags);
    const reader = await openLakeReader(flags.value("at"));
    try {
      if (form === "table") {
        const found = await reader.query(sql);
        formatRows(found, form, terminalWidth()).forEach(result);
      } else {
        const linesOf = partsFormatter(form);
        for await (const part of reader.parts(sql)) {
          const lines = linesOf(part);
          if (lines.length > 0) result(lines.join("\n"));
        }
      }
    } finally {
      await reader.close();
    }
    return 0;
  },
};
