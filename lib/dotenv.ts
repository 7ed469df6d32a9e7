/**
 * Reads the text of a `.env` file, in the form that Docker Compose takes too.
 *
 * @module
 */

import { UsageError } from "./errors.ts";

const line = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;

function unquote(text: string, where: string): string {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text.replace(/\s+#.*$/, "").trim();
  const end = text.indexOf(quote, 1);
  if (end === -1) throw new UsageError(`${where}: the quote is never closed`);
  const rest = text.slice(end + 1).trim();
  if (rest !== "" && !rest.startsWith("#")) {
    throw new UsageError(`${where}: nothing may follow the closing quote`);
  }
  return text.slice(1, end);
}

/**
 * The variables of a `.env` file; the last of two equal names wins.
 *
 * @throws {UsageError} that names the line which is no `NAME=value`. The value
 * is not shown, since it may be a secret.
 */
export function parseDotenv(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [index, raw] of lines.entries()) {
    const trimmed = raw.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const where = `.env line ${index + 1}`;
    const match = line.exec(trimmed);
    const name = match?.[1];
    if (name === undefined) {
      throw new UsageError(`${where}: expected NAME=value`);
    }
    variables.set(name, unquote(match?.[2] ?? "", where));
  }
  return variables;
}
