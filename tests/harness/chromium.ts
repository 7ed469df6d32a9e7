// A real Chromium for tests, and what a page in it must never do.

import type {
  Browser,
  BrowserContextOptions,
  Page,
  // Only tests need it: not among deno.json's imports.
  // deno-lint-ignore no-import-prefix -- as above
} from "npm:playwright-core@1.65.1";
// deno-lint-ignore no-import-prefix -- as above
import { chromium } from "npm:playwright-core@1.65.1";
// deno-lint-ignore no-import-prefix -- as above
import axe from "npm:axe-core@4.14.1";
import { ifExists } from "../../lib/files.ts";
import { findChromium } from "../../tasks/host/find_chromium.ts";

export type { Page };

/** A tab, with what it did wrong. */
export interface Tab {
  readonly page: Page;
  /** Errors in the console, broken rules of the CSP, requests to others. */
  readonly faults: string[];
}

export interface TestBrowser extends AsyncDisposable {
  /**
   * Opens a URL in a tab of a profile of its own.
   *
   * @param others More tabs of the same profile, with the same URL.
   */
  open(url: string, options?: BrowserContextOptions): Promise<Tab>;
  /** Opens a URL in several tabs of one profile. */
  openTabs(url: string, count: number): Promise<Tab[]>;
}

function isFile(path: string): boolean {
  return ifExists(() => Deno.statSync(path).isFile) ?? false;
}

function watch(page: Page, url: string): string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    // What a test breaks on purpose is logged as a failed load.
    const isLoad = /^Failed to load resource/.test(message.text());
    if (/error|warning/.test(message.type()) && !isLoad) {
      faults.push(`console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== "data:") {
      faults.push(`request: ${request.url()}`);
    }
  });
  return faults;
}

/** Starts a Chromium; it ends with its scope. */
export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = findChromium((name) => Deno.env.get(name), isFile);
  if (executablePath === undefined) throw new Error("no Chromium in PATH");
  const browser: Browser = await chromium.launch({
    executablePath,
    // Chromium's sandbox refuses root, as which CI runs.
    args: Deno.uid() === 0 ? ["--no-sandbox"] : [],
    // A test that is ended ends; its Chromium does when the pipe closes.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  async function tab(page: Page, url: string): Promise<Tab> {
    const faults = watch(page, url);
    await page.goto(url);
    return { page, faults };
  }
  return {
    async open(url, options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: "en-US",
        ...options,
      });
      return await tab(await context.newPage(), url);
    },
    async openTabs(url, count) {
      const context = await browser.newContext();
      const tabs: Tab[] = [];
      for (let at = 0; at < count; at++) {
        tabs.push(await tab(await context.newPage(), url));
      }
      return tabs;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** What axe finds wrong with a page as it is now. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(`axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
      "best-practice"],
  }).then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ": " + nodes.map(({ html, failureSummary }) =>
      html + " " + failureSummary).join(" | ")))`);
  return violations as string[];
}
