// What the server says by itself, for this tab.

import { createFeed } from "./feed.js";
import { createMailbox } from "./mailbox.js";

/**
 * Joins the connection that all tabs share, or opens one where the browser has
 * no shared workers.
 *
 * @param {(news: import("./feed.js").News, taken: () => void) => void} onNews
 * Nothing more comes until it calls `taken`; then all that came meanwhile.
 * @returns {{ restart: () => void }}
 */
export function followServer(onNews) {
  if (typeof SharedWorker !== "function") {
    const mailbox = createMailbox((news) =>
      onNews(news, () => mailbox.taken())
    );
    return createFeed((news) => mailbox.put(news), {
      open: () => new EventSource("/api/events"),
      setTimer: (callback, ms) => setTimeout(callback, ms),
      clearTimer: (timer) => clearTimeout(timer),
    });
  }
  /** @type {MessagePort} */
  let port;
  function join() {
    ({ port } = new SharedWorker("/assets/feed_worker.js", {
      type: "module",
      name: "crypto-stream 1",
    }));
    const joined = port;
    joined.addEventListener("message", ({ data }) => {
      onNews(data, () => joined.postMessage("taken"));
    });
    port.start();
  }
  join();
  globalThis.addEventListener("pagehide", () => port.postMessage("leave"));
  globalThis.addEventListener("pageshow", (event) => {
    if (event.persisted) join();
  });
  return { restart: () => port.postMessage("restart") };
}
