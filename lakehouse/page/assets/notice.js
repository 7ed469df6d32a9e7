// The state of the page as a whole: a word in its head, advice below it.

import {
  byId,
  create,
  icon,
  setAttribute,
  setText,
  withCommands,
} from "./dom.js";

const icons = {
  loading: "unknown",
  live: "ok",
  waiting: "unknown",
  empty: "unknown",
  stale: "warn",
  past: "past",
  broken: "fail",
  unreadable: "fail",
  lost: "fail",
};

/** @param {(text: string) => void} say To a screen reader. */
export function createNotice(say) {
  const state = byId("state");
  const notice = byId("notice");
  let shown = "";
  let word = "";

  /** @param {import("./states.js").Advice} advice */
  function paragraph({ title, text, next }) {
    return create("div", {}, [
      create("strong", {}, [title]),
      ...(text ? [create("p", {}, withCommands(text))] : []),
      ...(next
        ? [create("p", { class: "next" }, [
          create("b", {}, ["Next: "]),
          ...withCommands(next),
        ])]
        : []),
    ]);
  }

  return (/** @type {import("./states.js").PageState} */ it) => {
    if (state.dataset.id !== it.id) {
      setAttribute(state, "data-id", it.id);
      byId("state-icon").replaceChildren(icon(icons[it.id]));
      setText(byId("state-word"), it.word);
    }
    const isTrouble = !["loading", "live", "waiting", "past"].includes(it.id);
    const tone = icons[it.id] === "fail" ? "fail" : "warn";
    setAttribute(notice, "data-tone", isTrouble ? tone : "warn");
    notice.hidden = it.advice.length === 0;
    const text = JSON.stringify(it.advice);
    if (text !== shown) {
      shown = text;
      notice.replaceChildren(...it.advice.map(paragraph));
    }
    // An age that grows each second is not news.
    if (it.word === word) return;
    word = it.word;
    const [first] = it.advice;
    say(first ? `${it.word}: ${first.title}. ${first.text ?? ""}` : it.word);
  };
}
