// Prometheus's own tools over ops/: configuration, rules, the dashboards' queries.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { pathOf, projectDir } from "../../lib/project.ts";
import { testDir } from "../harness/broker.ts";
import { dashboardQueries } from "../harness/dashboards.ts";
import { hasPrometheus, promtool } from "../harness/prometheus.ts";
import { alertRules } from "../harness/promql.ts";
import { type AlertCase, alertCases, type Course } from "./alert_cases.ts";

const ignore = !await hasPrometheus();
const rulesPath = pathOf(new URL("ops/prometheus/alerts.yml", projectDir));

function values(course: Course): string {
  return course.map(([value, minutes]) => {
    const last = minutes * 4 - 1;
    if (value === null) return `stale _x${last}`;
    return typeof value === "string"
      ? `${value}x${last}`
      : `${value}+0x${last}`;
  }).join(" ");
}

/** A test in promtool's form; ALERTS is what Prometheus makes of a rule. */
function unitTest({ alert, series, then }: AlertCase) {
  const count = (state: string) =>
    `count(ALERTS{alertname="${alert}",alertstate="${state}"})`;
  return {
    interval: "15s",
    input_series: Object.entries(series).map(([name, course]) => ({
      series: name,
      values: values(course),
    })),
    promql_expr_test: then.flatMap(([minutes, wanted]) =>
      ["pending", "firing"].map((state) => ({
        expr: count(state),
        eval_time: `${minutes}m`,
        exp_samples: state === wanted ? [{ labels: "{}", value: 1 }] : [],
      }))
    ),
  };
}

Deno.test({
  name: "promtool accepts both configurations and the rules",
  ignore,
  async fn() {
    for (const file of ["prometheus.yml", "compose.yml"]) {
      const said = await promtool("check", "config", `ops/prometheus/${file}`);
      assertStringIncludes(said, "1 rule files found");
    }
    const rules = alertRules(await Deno.readTextFile(rulesPath));
    assertStringIncludes(
      await promtool("check", "rules", rulesPath),
      `${rules.length} rules found`,
    );
    const tested = new Set(alertCases.map(({ alert }) => alert));
    assertEquals([...tested], rules.map(({ alert }) => alert));
  },
});

Deno.test({
  name: "every query of the dashboards is PromQL",
  ignore,
  async fn() {
    await using dir = await testDir();
    const rules = dashboardQueries.map((expr, index) => ({
      record: `query:${index}`,
      expr,
    }));
    const path = `${dir.path}/queries.yml`;
    const groups = [{ name: "dashboards", rules }];
    await Deno.writeTextFile(path, JSON.stringify({ groups }));
    assertStringIncludes(
      await promtool("check", "rules", path),
      `${dashboardQueries.length} rules found`,
    );
  },
});

for (const one of alertCases) {
  const { alert, when, then } = one;
  const states = then.map(([, state]) => state).join(", ");
  Deno.test({
    name: `${alert} when ${when}: ${states}`,
    ignore,
    async fn() {
      await using dir = await testDir();
      const path = `${dir.path}/tests.yml`;
      // A day of evaluations each 15 s would take half a minute.
      const isLong = then.some(([minutes]) => minutes > 1_000);
      const file = {
        rule_files: [rulesPath],
        evaluation_interval: isLong ? "1m" : "15s",
        tests: [unitTest(one)],
      };
      await Deno.writeTextFile(path, JSON.stringify(file));
      await promtool("test", "rules", path);
    },
  });
}
