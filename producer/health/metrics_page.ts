// The page of `/metrics`: Prometheus's text format 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats).

import { Histogram } from "./histogram.ts";
import { type Metric, metricsOf } from "./metrics.ts";
import type { HealthOptions } from "./readiness.ts";

/** The format's content type. */
export const contentType = "text/plain; version=0.0.4; charset=utf-8";

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function series(
  name: string,
  value: number,
  labels: Readonly<Record<string, string>> = {},
): string {
  const pairs = Object.entries(labels).map(([label, text]) =>
    `${label}="${escapeHelp(text).replaceAll('"', '\\"')}"`
  );
  const braces = pairs.length > 0 ? `{${pairs.join(",")}}` : "";
  return `${name}${braces} ${numberText(value)}`;
}

function histogramLines(
  name: string,
  { bounds, counts, sum, count }: Histogram,
) {
  let cumulative = 0;
  const buckets = counts.map((observed, index) => {
    const le = numberText(bounds[index] ?? Infinity);
    return series(`${name}_bucket`, cumulative += observed, { le });
  });
  return [
    ...buckets,
    series(`${name}_sum`, sum),
    series(`${name}_count`, count),
  ];
}

function valueLines({ name, value }: Metric): string[] {
  if (value instanceof Histogram) return histogramLines(name, value);
  if (typeof value === "number") return [series(name, value)];
  return value.map(({ labels, value }) => series(name, value, labels));
}

/** Prints metrics, one after the other. */
export function formatMetrics(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap((metric) => [
    `# HELP ${metric.name} ${escapeHelp(metric.help)}`,
    `# TYPE ${metric.name} ${metric.type}`,
    ...valueLines(metric),
  ]);
  return lines.join("\n") + "\n";
}

/** Prints all metrics as they are now. */
export function metricsText(options: HealthOptions): string {
  return formatMetrics(metricsOf(options));
}
