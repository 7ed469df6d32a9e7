/**
 * The page of `/metrics`. The one file that imports prom-client, which is why
 * it is loaded only when somebody asks.
 *
 * @module
 */

// The one part that is used: the whole package costs 8 MB and 40 ms more.
import Registry from "prom-client/lib/registry.js";
import project from "../../deno.json" with { type: "json" };
import type { HealthOptions } from "./readiness.ts";
import { buildInfo, type Metric, metricsOf } from "./metrics.ts";

/** The format of {@linkcode metricsText}: Prometheus text 0.0.4. */
export const contentType: string = Registry.PROMETHEUS_CONTENT_TYPE;

/** The metric of the versions that run. */
function build(): Metric {
  const kafkajs = project.imports.kafkajs.split("@").at(-1) ?? "";
  return buildInfo({ deno: Deno.version.deno, kafkajs });
}

/** Renders all metrics as they are now. */
export async function metricsText(options: HealthOptions): Promise<string> {
  // A registry a scrape: nothing to keep in step, and scrapes do not meet.
  const registry = new Registry();
  for (const metric of [build(), ...metricsOf(options)]) {
    const { name } = metric;
    // No more is asked of a metric: its name, and its values at the time.
    registry.registerMetric({ name, get: () => Promise.resolve(metric) });
  }
  return await registry.metrics();
}
