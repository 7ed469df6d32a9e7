// The page of `/metrics`: Prometheus's text format 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats).

import { Histogram } from "./histogram.ts";

/** A value for each set of labels. */
export type LabelledValues = readonly {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}[];

/** What a metric may have as its value. */
export type MetricValue = number | LabelledValues | Histogram;

/** One metric. */
export interface Metric {
  /** Its full name. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** Prometheus's type. */
  readonly type: "counter" | "gauge" | "histogram";
  /** Its value now. */
  readonly value: MetricValue;
}

function typeOf(name: string, value: MetricValue): Metric["type"] {
  if (value instanceof Histogram) return "histogram";
  return name.endsWith("_total") ? "counter" : "gauge";
}

/** A metric; its type follows from its name and its value. */
export function metricOf(
  name: string,
  help: string,
  value: MetricValue,
): Metric {
  return { name, help, type: typeOf(name, value), value };
}

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
