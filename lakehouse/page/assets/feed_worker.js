// One connection for all tabs: a browser opens six to a server at most, so that
// the seventh tab with a connection of its own would get nothing at all.

import { createFeed } from "./feed.js";
import { createMailbox } from "./mailbox.js";

/** @type {Map<MessagePort, ReturnType<typeof createMailbox>>} */
const tabs = new Map();

/** @type {ReturnType<typeof createFeed> | undefined} */
let feed;
/** @type {import("./feed.js").News} What a tab that joins has to know. */
let known = {};

/** @param {import("./feed.js").News} news */
function toAll(news) {
  const { isConnected = known.isConnected, version = known.version } = news;
  known = { isConnected, version };
  for (const mailbox of tabs.values()) mailbox.put(news);
}

function open() {
  return createFeed(toAll, {
    open: () => new EventSource("/api/events"),
    setTimer: (callback, ms) => setTimeout(callback, ms),
    clearTimer: (timer) => clearTimeout(timer),
  });
}

/** @param {MessagePort} port */
function leave(port) {
  tabs.delete(port);
  if (tabs.size > 0) return;
  feed?.close();
  feed = undefined;
  known = {};
}

globalThis.addEventListener("connect", (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  if (port === undefined) return;
  const mailbox = createMailbox((news) => port.postMessage(news));
  tabs.set(port, mailbox);
  port.addEventListener("message", ({ data }) => {
    if (data === "taken") mailbox.taken();
    else if (data === "restart") feed?.restart();
    else if (data === "leave") leave(port);
  });
  port.start();
  if (known.isConnected !== undefined) mailbox.put(known);
  feed ??= open();
});
