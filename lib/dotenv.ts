/**
 * Parses `.env` files as Docker Compose does, without variables in values.
 *
 * @module
 */

import { UsageError } from "./errors.ts";

const line = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;

function unquote(text: string, where: string): string {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text.replace(/\s+#.*$/, "").trim();
  const end = text.indexOf(quote, 1);
  if (end === -1) throw new UsageError(`${where}: missing closing quote`);
  const rest = text.slice(end + 1).trim();
  if (rest !== "" && !rest.startsWith("#")) {
    throw new UsageError(`${where}: unexpected text after the closing quote`);
  }
  return text.slice(1, end);
}

/**
 * Parses the text of a `.env` file; of two equal names the last wins.
 *
 * @throws {UsageError} that names the line that is not `NAME=value`. The line is
 * not shown, since it may hold a secret.
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
