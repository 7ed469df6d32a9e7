// @ts-check
// What is the matter with the page as a whole, in words.

import { duration } from "./format.js";

/**
 * @typedef {object} Advice
 * @property {string} title
 * @property {string} [text]
 * @property {string} [next]
 */

/**
 * @typedef {object} PageState
 * @property {"loading" | "live" | "waiting" | "empty" | "stale" | "past" | "broken" | "unreadable" | "lost"} id
 * @property {string} word For the head of the page.
 * @property {Advice[]} advice None if all is well.
 */

/**
 * @typedef {object} Facts
 * @property {number | undefined} lostMs Since when the server does not answer.
 * @property {import("./api.js").Chain | undefined} chain
 * @property {import("./api.js").Prices | undefined} prices
 * @property {{ message: string, next?: string | undefined, status?: number } | undefined} error
 * @property {number | undefined} ageMs Age of the newest record.
 * @property {boolean} isPast Whether the prices are those of another time.
 */

/**
 * The troubles that the chain names itself.
 *
 * @param {import("./api.js").Chain} chain
 * @param {readonly import("./api.js").StepState[]} states
 * @returns {Advice[]}
 */
function troubles({ steps }, states) {
  return steps.filter(({ state, cause }) => states.includes(state) && cause)
    .map(({ title, state, cause, next }) => ({
      title: `${title}: ${stepWord(state)}`,
      ...(cause ? { text: cause } : {}),
      ...(next ? { next } : {}),
    }));
}

/** @param {number | undefined} ageMs */
function newest(ageMs) {
  return ageMs === undefined
    ? "No record has come yet."
    : `The newest record is ${duration(ageMs)} old.`;
}

/**
 * @param {Facts} facts
 * @param {number} nowMs
 * @returns {PageState}
 */
export function pageState(facts, nowMs) {
  const { lostMs, chain, prices, error, ageMs, isPast } = facts;
  if (lostMs !== undefined) {
    const since = duration(nowMs - lostMs);
    return {
      id: "lost",
      word: "Not connected",
      advice: [{
        title: "This page has lost its own server",
        text: `It has not answered for ${since}; what you see is from then. ` +
          "The page tries again all the time.",
        next: "look at the terminal of deno task lake run or deno task page",
      }],
    };
  }
  if (error !== undefined) {
    const { message, next, status } = error;
    const isQuestion = status === 400 || status === 404;
    return {
      id: "unreadable",
      word: "Not readable",
      advice: [{
        title: isQuestion
          ? "That time cannot be shown"
          : "The lake cannot be read",
        text: message,
        ...(next ? { next } : {}),
      }],
    };
  }
  if (chain === undefined || prices === undefined) {
    return { id: "loading", word: "Loading", advice: [] };
  }
  if (chain.state === "broken") {
    const advice = troubles(chain, ["fail"]);
    return {
      id: "broken",
      word: "Broken",
      advice: advice.length > 0 ? advice : [{ title: "The chain is broken" }],
    };
  }
  if (isPast) {
    return {
      id: "past",
      word: "In the past",
      advice: prices.coins.length > 0
        ? []
        : [{ title: "The lake held no price then" }],
    };
  }
  if (prices.coins.length === 0) {
    return {
      id: "empty",
      word: "Empty",
      advice: [{
        title: "The lake holds no price yet",
        text:
          "Prices appear here by themselves as soon as one is in the topic.",
        next: "in a terminal of its own: deno task produce",
      }, ...troubles(chain, ["fail", "warn"])],
    };
  }
  if (chain.state === "stale") {
    return {
      id: "stale",
      word: "Stale",
      advice: [
        { title: "No new prices", text: newest(ageMs) },
        ...troubles(chain, ["fail", "warn", "unknown"]),
      ],
    };
  }
  return chain.state === "waiting"
    ? {
      id: "waiting",
      word: "Waiting",
      advice: troubles(chain, ["fail", "warn"]),
    }
    : { id: "live", word: "Live", advice: troubles(chain, ["fail", "warn"]) };
}

/**
 * The state of a step in a word.
 *
 * @param {import("./api.js").StepState} state
 * @returns {string}
 */
export function stepWord(state) {
  return { ok: "ok", warn: "attention", fail: "broken", unknown: "not known" }[
    state
  ];
}
