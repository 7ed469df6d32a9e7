// The chart library. Its text comes with the modules, so that the program needs
// no permission to read Deno's cache.

// Among deno.json's imports, `deno install` would fetch it also for those who
// only produce.
// deno-lint-ignore no-import-prefix -- fetched when the page is first opened
import script from "npm:uplot@1.6.32/dist/uPlot.iife.min.js" with {
  type: "text",
};
// deno-lint-ignore no-import-prefix -- fetched when the page is first opened
import style from "npm:uplot@1.6.32/dist/uPlot.min.css" with { type: "text" };

/** The library's files by the names that they are served under. */
export const chartFiles: Readonly<Record<string, string>> = {
  // It is written for a `<script>`; the page uses modules.
  "chart.js": `${script}\nexport default uPlot;\n`,
  "chart.css": style,
};
