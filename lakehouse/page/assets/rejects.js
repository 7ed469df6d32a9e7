// What did not become a price: counts by reason, and the newest five.

import { byId, create, setText } from "./dom.js";

const shownRows = 5;

/** @param {import("./format.js").Format} format */
export function createRejects(format) {
  let shown = "";
  return (/** @type {import("./api.js").Chain["rejects"]} */ rejects) => {
    // The same figures come with each event.
    const text = JSON.stringify(rejects);
    if (text === shown) return;
    shown = text;
    const { total, byReason, newest } = rejects;
    setText(byId("rejects-total"), format.count(total));
    byId("rejects").dataset.some = String(total > 0);
    const reasons = Object.entries(byReason).filter(([, count]) => count > 0)
      .sort(([, a], [, b]) => b - a);
    const most = reasons[0]?.[1] ?? 1;
    byId("reasons").replaceChildren(...reasons.map(([reason, count]) => {
      const meter = create("meter", {
        max: String(most),
        value: String(count),
        "aria-hidden": "true",
      });
      return create("div", {}, [
        create("dt", {}, [reason]),
        create("dd", {}, [meter, create("span", {}, [format.count(count)])]),
      ]);
    }));
    byId("reject-rows").replaceChildren(
      ...newest.slice(0, shownRows).map((row) =>
        create("tr", {}, [
          create("td", { class: "number", title: format.moment(row.at) }, [
            format.clock(row.at),
          ]),
          create("th", { scope: "row" }, [row.reason]),
          create("td", {}, [row.coin ?? "–"]),
          create("td", { class: "number" }, [
            `${row.partition} / ${format.exact(String(row.offset))}`,
          ]),
          create("td", { class: "payload" }, [
            create("code", { title: row.payload }, [row.payload]),
          ]),
        ])
      ),
    );
    byId("reject-table").hidden = newest.length === 0;
    byId("no-rejects").hidden = total > 0;
  };
}
