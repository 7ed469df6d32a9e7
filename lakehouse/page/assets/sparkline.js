// A line of the last hours.

import { setAttribute } from "./dom.js";
import { height, sparkPath, width } from "./spark_path.js";

/** @returns {SVGSVGElement} */
export function createSparkline() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  return svg;
}

/**
 * @param {SVGSVGElement} svg
 * @param {readonly (readonly [string, string])[]} points
 */
export function drawSparkline(svg, points) {
  const [path] = svg.children;
  if (path !== undefined) setAttribute(path, "d", sparkPath(points));
}
