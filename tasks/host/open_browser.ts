// Opens a page in the user's browser, where there is one.

import { attempt } from "../../lib/result.ts";
import type { Platform } from "./platform.ts";
import { type Run, run } from "./run_process.ts";

const openers: Readonly<Partial<Record<Platform, readonly string[]>>> = {
  darwin: ["open"],
  // The empty text is the window's title.
  windows: ["cmd.exe", "/c", "start", ""],
};

/** What {@linkcode openBrowser} works with. */
export interface BrowserPorts {
  readonly platform: Platform;
  readonly isTerminal: () => boolean;
  readonly run: Run;
}

const realPorts: BrowserPorts = {
  platform: Deno.build.os,
  isTerminal: () => Deno.stdout.isTerminal(),
  run,
};

const timeoutMs = 5_000;

/**
 * Opens a page, if a person is there to see it. It never fails: the address has
 * been printed.
 */
export async function openBrowser(
  url: string,
  { platform, isTerminal, run }: BrowserPorts = realPorts,
): Promise<void> {
  if (!isTerminal()) return;
  const [program = "", ...args] = openers[platform] ?? ["xdg-open"];
  const signal = AbortSignal.timeout(timeoutMs);
  await attempt(() => run(program, [...args, url], { signal, detached: true }));
}
