// How wide the output may be.

/** Columns of the terminal; `undefined` where stdout is none. */
export function terminalWidth(): number | undefined {
  if (!Deno.stdout.isTerminal()) return undefined;
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}
