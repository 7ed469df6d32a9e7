// @ts-check
// News for one tab: the next is sent when the tab has taken the last. A tab
// that sleeps for an hour finds one message and gets one more, not thousands.

import { mergeNews } from "./feed.js";

/** @typedef {import("./feed.js").News} News */

/** @param {(news: News) => void} send */
export function createMailbox(send) {
  /** @type {News | undefined} */
  let waiting;
  let isBusy = false;
  return {
    /** @param {News} news */
    put(news) {
      if (isBusy) {
        waiting = mergeNews(waiting, news);
        return;
      }
      isBusy = true;
      send(news);
    },
    /** The tab has taken what was sent. */
    taken() {
      isBusy = false;
      if (waiting === undefined) return;
      const news = waiting;
      waiting = undefined;
      this.put(news);
    },
  };
}
