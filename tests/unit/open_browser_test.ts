import { assertEquals } from "@std/assert";
import { openBrowser } from "../../tasks/host/open_browser.ts";
import type { Platform } from "../../tasks/host/platform.ts";

const url = "http://127.0.0.1:9465/";

Deno.test("`openBrowser()` runs the platform's opener on a terminal, and never fails", async () => {
  const rows: [Platform, boolean, string[]][] = [
    ["linux", true, ["xdg-open", url]],
    ["darwin", true, ["open", url]],
    ["windows", true, ["cmd.exe", "/c", "start", "", url]],
    ["freebsd", true, ["xdg-open", url]],
    ["linux", false, []],
  ];
  for (const [platform, isTerminal, expected] of rows) {
    const ran: string[] = [];
    await openBrowser(url, {
      platform,
      isTerminal: () => isTerminal,
      run(program, args) {
        ran.push(program, ...args);
        return Promise.reject(new Deno.errors.NotFound(program));
      },
    });
    assertEquals(ran, expected, platform);
  }
});
