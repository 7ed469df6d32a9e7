// What a screen reader says by itself: seldom, and never twice the same.

import { setText } from "./dom.js";

const pauseMs = 3_000;

/** @param {Element} region An element with role="status". */
export function createAnnouncer(region) {
  /** @type {string | undefined} */
  let waiting;
  let isPausing = false;

  /** @param {string} text */
  function say(text) {
    if (isPausing) {
      waiting = text;
      return;
    }
    setText(region, text);
    isPausing = true;
    setTimeout(() => {
      isPausing = false;
      const next = waiting;
      waiting = undefined;
      if (next !== undefined) say(next);
    }, pauseMs);
  }
  return say;
}
