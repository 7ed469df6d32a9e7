// What a page shows.

import type { Page } from "../harness/chromium.ts";

/** The word for its state. */
export function word(page: Page): Promise<string> {
  return page.innerText("#state-word");
}

/** The texts of all elements that a selector finds in tables. */
export async function texts(page: Page, selector: string): Promise<string[]> {
  const found = await page.locator(`tbody ${selector}, ${selector}:is(tr)`)
    .allInnerTexts();
  return found.map((text) => text.trim());
}

/** What changes below an element while something is done. */
export async function changesOf(
  page: Page,
  selector: string,
  act: () => Promise<void>,
): Promise<string[]> {
  await page.evaluate(`{
    globalThis.changes = [];
    globalThis.observer = new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target.nodeType === 1 ? target : target.parentElement;
        changes.push(element.localName +
          (element.className && typeof element.className === "string"
            ? "." + element.className : ""));
      }
    });
    observer.observe(document.querySelector("${selector}"), {
      subtree: true, childList: true, characterData: true, attributes: true,
    });
  }`);
  await act();
  return await page.evaluate<string[]>(
    "observer.disconnect(), globalThis.changes",
  );
}
