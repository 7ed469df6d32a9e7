// The lake as it was: by snapshot or by time.

import { byId, setText } from "./dom.js";
import { fieldTime } from "./moment_field.js";

const pauseMs = 150;

/**
 * @param {{
 *   api: import("./api.js").Api,
 *   format: import("./format.js").Format,
 *   onTravel: (at: string | undefined) => void,
 * }} options `onTravel` gets a snapshot, a time, or nothing for now.
 */
export function createTimeTravel({ api, format, onTravel }) {
  const slider = byId("slider");
  const field = byId("moment");
  const banner = byId("travel");
  /** @type {number | undefined} */
  let timer;
  let isPast = false;
  /** Whether it is known how far back the lake goes. */
  let isBounded = false;

  /** @param {string | undefined} at */
  function travel(at) {
    clearTimeout(timer);
    timer = undefined;
    onTravel(at);
  }

  slider.addEventListener("input", () => {
    clearTimeout(timer);
    setText(byId("slider-text"), `snapshot ${format.count(slider.value)}`);
    slider.setAttribute("aria-valuetext", `snapshot ${slider.value}`);
    // A drag passes over many snapshots; the last one is asked for.
    timer = setTimeout(() => {
      travel(slider.value === slider.max ? undefined : slider.value);
    }, pauseMs);
  });
  field.addEventListener("change", () => {
    const at = fieldTime(field.value);
    if (at !== undefined) travel(at);
  });
  byId("travel-form").addEventListener(
    "submit",
    (/** @type {Event} */ event) => {
      event.preventDefault();
      travel(fieldTime(field.value));
    },
  );
  byId("back").addEventListener("click", () => {
    travel(undefined);
    slider.focus();
  });

  return {
    /** Asks the server how far back the lake goes. */
    async load() {
      const found = await api.snapshots().catch(() => undefined);
      const { first, last } = found ?? {};
      if (!first || !last) return;
      slider.min = String(first.version);
      slider.max = String(last.version);
      isBounded = true;
      slider.disabled = slider.min === slider.max;
      if (!isPast && timer === undefined) slider.value = slider.max;
      field.min = first.at.slice(0, 16);
      setText(byId("first-moment"), `since ${format.start(first.at)} UTC`);
    },
    /**
     * A newer snapshot is there.
     *
     * @param {number} version
     */
    newest(version) {
      if (Number(slider.max) >= version) return;
      slider.max = String(version);
      slider.disabled = !isBounded || slider.min === slider.max;
      if (!isPast && timer === undefined) slider.value = slider.max;
    },
    /**
     * @param {string | undefined} at What was asked for.
     * @param {import("./api.js").Prices | undefined} prices What is shown.
     */
    show(at, prices) {
      isPast = at !== undefined;
      banner.hidden = !isPast;
      document.body.classList.toggle("past", isPast);
      if (!isPast) {
        slider.value = slider.max;
        setText(byId("slider-text"), "now");
        slider.setAttribute("aria-valuetext", "now");
        field.value = "";
        return;
      }
      // A slider that is being dragged belongs to the reader.
      if (timer !== undefined) return;
      if (prices === undefined) {
        setText(byId("travel-text"), `The lake as of ${at}`);
        return;
      }
      slider.value = String(prices.version);
      const text = `snapshot ${format.count(prices.version)}`;
      setText(byId("slider-text"), text);
      slider.setAttribute("aria-valuetext", text);
      field.value = prices.asOf.slice(0, 19);
      setText(
        byId("travel-text"),
        `The lake as of ${format.moment(prices.asOf)} (${text})`,
      );
    },
  };
}
