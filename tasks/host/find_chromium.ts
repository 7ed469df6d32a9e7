// The browser that the page is tested in.

import type { Env } from "./platform.ts";

const programs = ["chromium", "chromium-browser", "google-chrome"];

/** Where macOS and Windows have it, outside of PATH. */
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/**
 * The path of a Chromium, or of a Chrome: `CHROMIUM`, else the first in PATH.
 *
 * @param env Reads a variable.
 * @param isFile Whether a path is a file.
 */
export function findChromium(
  env: Env,
  isFile: (path: string) => boolean,
): string | undefined {
  const named = env("CHROMIUM");
  if (named) return isFile(named) ? named : undefined;
  const separator = Deno.build.os === "windows" ? ";" : ":";
  const folders = (env("PATH") ?? "").split(separator).filter(Boolean);
  const found = programs.flatMap((program) =>
    folders.map((folder) => `${folder}/${program}`)
  );
  return [...found, ...places].find(isFile);
}
