import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import lakeDashboard from "../../ops/grafana/crypto-lake.json" with {
  type: "json",
};
import producerDashboard from "../../ops/grafana/crypto-producer.json" with {
  type: "json",
};
import alertsText from "../../ops/prometheus/alerts.yml" with { type: "text" };
import scrapeText from "../../ops/prometheus/prometheus.yml" with {
  type: "text",
};
import readme from "../../ops/README.md" with { type: "text" };
import { lakeMetrics } from "../../lakehouse/health/lake_metrics.ts";
import { lakeNotReadyKinds } from "../../lakehouse/health/lake_readiness.ts";
import { ownLakeSettings } from "../../lakehouse/lake_settings.ts";
import { formatMetrics } from "../../lib/metrics_page.ts";
import { settingsTable } from "../../producer/config/settings_table.ts";
import { metricsText } from "../../producer/health/metrics.ts";
import { notReadyKinds } from "../../producer/health/readiness.ts";
import { fakeHealth } from "../fakes/health.ts";
import { fakeLakeHealth } from "../fakes/lake_health.ts";
import { parsePrometheus } from "../harness/prometheus_text.ts";
import { alertRules, metricNames } from "../harness/promql.ts";

/** The programs with metrics, each with its dashboard and its alerts. */
const programs = [
  {
    program: "producer",
    dashboard: producerDashboard,
    metrics: parsePrometheus(metricsText(fakeHealth().options)),
    kinds: notReadyKinds,
    alerts: [
      "CryptoProducerNotReady",
      "CryptoProducerRecordsWaitingOrLost",
      "CryptoProducerNoSample",
    ],
  },
  {
    program: "lake",
    dashboard: lakeDashboard,
    metrics: parsePrometheus(lakeMetricsText()),
    kinds: lakeNotReadyKinds,
    alerts: [
      "CryptoLakeNotReady",
      "CryptoLakeGone",
      "CryptoLakeRecordsLost",
      "CryptoLakeCommitFailing",
      "CryptoLakeBehind",
      "CryptoLakeNotFresh",
      "CryptoLakeMaintenanceFailing",
      "CryptoLakeMemoryHigh",
    ],
  },
];

/** With a partition, since its lag is a series of its own. */
function lakeMetricsText(): string {
  const { health, stats } = fakeLakeHealth();
  stats.read(new Map([[0, 0n]]), 0);
  return formatMetrics(lakeMetrics(health));
}

const allRules = alertRules(alertsText);

Deno.test("`metricNames()` finds names and rejects unknown syntax", () => {
  assertEquals(
    metricNames('time() - a{x="b(c"} > 3 * rate(b_total[5m]) or absent(c)'),
    ["a", "b_total", "c"],
  );
  assertEquals(metricNames("a or b unless c offset 5m"), ["a", "b", "c"]);
  for (const wrong of ["rat(a[5m])", "rate(a[5x])", "rate(a", "a)", "a ? b"]) {
    assertThrows(() => metricNames(wrong), Error, undefined, wrong);
  }
});

Deno.test("every alert is of one of the programs", () => {
  assertEquals(
    allRules.map(({ alert }) => alert),
    programs.flatMap(({ alerts }) => alerts),
  );
});

Deno.test("prometheus.yml scrapes each program at its default address", () => {
  const defaults = new Map<string, string>(
    [...settingsTable, ...ownLakeSettings].map(([name, it]) => [name, it]),
  );
  assertEquals(
    Array.from(
      scrapeText.matchAll(
        /job_name: (\S+)\n {4}static_configs:\n(?: {6}#.*\n)* {6}- targets: \["(.*)"\]/g,
      ),
      ([, job, target]) => [job, target],
    ),
    [
      ["crypto-producer", defaults.get("ADMIN_ADDRESS")],
      ["crypto-lake", defaults.get("LAKE_ADDRESS")],
    ],
  );
});

for (const { program, dashboard, metrics, kinds, alerts } of programs) {
  /** What a query may ask for: a histogram has no series of its own name. */
  const exposed = new Map(
    metrics.flatMap(({ name, series }) =>
      series.map((one) => [one.name, name])
    ),
  );

  /** Labels by metric; those that Prometheus adds are everywhere. */
  const labels = new Map(
    metrics.map(({ name, series }) => [
      name,
      new Set(series.flatMap((one) => Object.keys(one.labels))),
    ]),
  );

  const panels = dashboard.panels.filter(({ type }) => type !== "row");
  const queries = panels.flatMap(({ targets = [] }) => targets);
  const rules = allRules.filter(({ expr }) =>
    expr.includes(`crypto_${program}_`)
  );
  const asked = [
    ...queries.map(({ expr }) => expr),
    ...dashboard.templating.list.flatMap(({ query }) =>
      typeof query === "string" ? [] : [query.query]
    ),
    ...rules.map(({ expr }) => expr),
  ];

  Deno.test(`${program}: dashboard and alerts use only exposed metrics, and all of them`, () => {
    const names = asked.flatMap((expression) => {
      const found = metricNames(expression);
      assert(found.length > 0, `names no metric: ${expression}`);
      return found.filter((name) => name !== "instance");
    });
    assertEquals(names.filter((name) => !exposed.has(name)), []);
    const seen = new Set(names.map((name) => exposed.get(name)));
    const unseen = metrics.map(({ name }) => name)
      .filter((name) => !seen.has(name));
    assertEquals(unseen, []);
  });

  Deno.test(`${program}: the dashboard's legends name existing labels`, () => {
    for (const { expr, legendFormat } of queries) {
      const [name = ""] = metricNames(expr);
      const known = labels.get(exposed.get(name) ?? "");
      for (const [, label = ""] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
        assert(label === "instance" || known?.has(label), legendFormat);
      }
      assertMatch(expr, /instance=~"\$instance"/);
    }
  });

  Deno.test(`${program}: rates are of counters, and quantiles of buckets`, () => {
    const types = new Map(metrics.map(({ name, type }) => [name, type]));
    for (const expression of asked) {
      for (
        const [, of, name = ""] of expression.matchAll(
          /(\w+)\((\w+)(?:\{[^}]*\})?\[/g,
        )
      ) {
        const type = types.get(exposed.get(name) ?? "");
        if (of === "max_over_time") assertEquals(type, "gauge", expression);
        else assert(type === "counter" || name.endsWith("_bucket"), expression);
      }
      assertEquals(
        expression.includes("histogram_quantile"),
        expression.includes("_bucket"),
      );
    }
  });

  Deno.test(`${program}: the dashboard has unique ids, panels that do not overlap, and descriptions`, () => {
    const ids = dashboard.panels.map(({ id }) => id);
    assertEquals(new Set(ids).size, ids.length);
    const taken = new Set<string>();
    for (const { title, gridPos: { x, y, w, h } } of dashboard.panels) {
      assert(x >= 0 && x + w <= 24 && w > 0 && h > 0, title);
      for (let dx = 0; dx < w; dx++) {
        for (let dy = 0; dy < h; dy++) {
          const cell = `${x + dx},${y + dy}`;
          assert(!taken.has(cell), `${title} covers another panel`);
          taken.add(cell);
        }
      }
    }
    for (const panel of panels) {
      assert((panel.description ?? "") !== "", panel.title);
      assertMatch(panel.type, /^(stat|timeseries)$/);
      assertEquals(panel.datasource?.uid, "${datasource}");
      assert(panel.fieldConfig?.defaults.unit !== undefined, panel.title);
      const refs = panel.targets?.map(({ refId }) => refId) ?? [];
      assert(refs.length > 0, panel.title);
      assertEquals(new Set(refs).size, refs.length, panel.title);
    }
    const variables = dashboard.templating.list.map(({ name }) => name);
    for (const [, name] of JSON.stringify(panels).matchAll(/\$\{?(\w+)\}?/g)) {
      assert([...variables, "__rate_interval"].includes(name ?? ""), name);
    }
  });

  Deno.test(`${program}: each alert has a duration, a severity, a summary and a description`, () => {
    assertEquals(rules.map(({ alert }) => alert), alerts);
    for (const { alert, expr, rest } of rules) {
      assert(expr !== "", alert);
      assertMatch(rest, /^ {8}for: \d+m$/m);
      assertMatch(rest, /^ {10}severity: (warning|critical)$/m);
      assertMatch(rest, /^ {10}summary: \S/m);
      assertMatch(rest, /^ {10}description: >-\n {12}\S/m);
      assert(readme.includes(`\`${alert}\``), alert);
    }
  });

  Deno.test(`${program}: ops/README.md lists each metric and each reason`, () => {
    const rows = [...readme.matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\|/gm)]
      .map(([, name = "", kind = "", about = ""]) => ({ name, kind, about }));
    const described = rows.filter(({ name }) =>
      name.startsWith(`crypto_${program}_`)
    )
      .map(({ name, kind, about }) => `${name}: ${kind}: ${about}`);
    assertEquals(
      described,
      metrics.map(({ name, type, help }) => {
        const by = [...labels.get(name) ?? []].filter((label) => label !== "le")
          .map((label) => `\`${label}\``);
        const kind = by.length > 0 ? `${type}, by ${by.join(", ")}` : type;
        return `${name}: ${kind}: ${help}`;
      }),
    );
    const [, reasons = ""] = readme.split(`crypto_${program}_not_ready\`:`);
    for (const kind of kinds) assert(reasons.includes(`| \`${kind}\` `));
  });
}
