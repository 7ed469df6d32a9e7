// The variables that `setup` keeps in `.env` between two marker lines, so that
// `docker compose` and later runs see them. No other line is changed.

import { readText, replaceText } from "../../lib/files.ts";

const begin = "# >>> written by deno task setup; deno task destroy removes it";
const end = "# <<< written by deno task setup";

/** The lines of a text, those between the markers by themselves. */
function split(text: string) {
  const lines = text.split("\n");
  // An editor may have changed the line ends.
  const bare = lines.map((line) => line.trimEnd());
  const from = bare.indexOf(begin);
  const to = bare.indexOf(end, from + 1);
  if (from === -1 || to === -1) return { lines, own: [] };
  lines.splice(from, to - from + 1);
  return { lines, own: bare.slice(from + 1, to) };
}

export function withoutMarked(text: string): string {
  return split(text).lines.join("\n");
}

/** The variables between the markers. */
export function markedOf(text: string): Record<string, string> {
  return Object.fromEntries(
    split(text).own.filter((line) => line.includes("=")).map((line) => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
}

export function withMarked(
  text: string,
  variables: Readonly<Record<string, string>>,
): string {
  const bare = withoutMarked(text);
  const names = Object.entries(variables);
  if (names.length === 0) return bare;
  const own = names.map(([name, value]) => `${name}=${value}`);
  const newline = bare.includes("\r\n") ? "\r\n" : "\n";
  const gap = bare === "" || bare.endsWith("\n") ? "" : newline;
  return [bare + gap + begin, ...own, end, ""].join(newline);
}

/** Updates a `.env` file, and removes it if it becomes empty. */
export function keepInEnv(
  path: string,
  variables: Readonly<Record<string, string>>,
): void {
  const before = readText(path) ?? "";
  const after = withMarked(before, variables);
  if (after === before) return;
  if (after === "") Deno.removeSync(path);
  else replaceText(path, after);
}
