// Prometheus's own tools over ops/: configuration, rules, the dashboards' queries.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { pathOf, projectDir } from "../../lib/project.ts";
import { testDir } from "../harness/broker.ts";
import { dashboardQueries } from "../harness/dashboards.ts";
import { hasPrometheus, promtool } from "../harness/prometheus.ts";
import { alertRules } from "../harness/promql.ts";

const ignore = !await hasPrometheus();
const rulesPath = pathOf(new URL("ops/prometheus/alerts.yml", projectDir));

/** Samples every 15 s: `[value, minutes]` after each other; a string is a slope. */
type Course = readonly (readonly [number | string, number])[];

function values(course: Course): string {
  return course.map(([value, minutes]) => {
    const last = minutes * 4 - 1;
    return typeof value === "string"
      ? `${value}x${last}`
      : `${value}+0x${last}`;
  }).join(" ");
}

interface Case {
  readonly alert: string;
  readonly when: string;
  readonly series: Readonly<Record<string, Course>>;
  /** What the alert is after so many minutes. */
  readonly then: readonly (readonly [
    number,
    "quiet" | "pending" | "firing",
  ])[];
}

const p = '{instance="p"}';
const age = `crypto_producer_outbox_oldest_age_seconds${p}`;
const limit = `crypto_producer_record_wait_limit_seconds${p}`;
const sampled = `crypto_producer_last_sample_timestamp_seconds${p}`;
const sampleLimit = `crypto_producer_sample_age_limit_seconds${p}`;
const lag0 = 'crypto_lake_lag_records{instance="l",partition="0"}';
const lag1 = 'crypto_lake_lag_records{instance="l",partition="1"}';
const failures = 'crypto_lake_commit_failures_total{instance="l"}';
const maintenance = 'crypto_lake_maintenance_failures_total{instance="l"}';
const fresh = 'crypto_lake_freshness_seconds{instance="l"}';

const cases: readonly Case[] = [
  {
    alert: "CryptoProducerNotReady",
    when: "it is ready",
    series: { [`crypto_producer_ready${p}`]: [[1, 30]] },
    then: [[10, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoProducerNotReady",
    when: "it is not ready for longer than two minutes, and then is again",
    series: { [`crypto_producer_ready${p}`]: [[1, 5], [0, 5], [1, 5]] },
    then: [[4, "quiet"], [6, "pending"], [8, "firing"], [12, "quiet"]],
  },
  {
    alert: "CryptoProducerNotReady",
    when: "it is not ready for a minute",
    series: { [`crypto_producer_ready${p}`]: [[1, 5], [0, 1], [1, 10]] },
    then: [[6, "quiet"], [8, "quiet"]],
  },
  {
    alert: "CryptoProducerNotReady",
    when: "nothing responds",
    series: { [`crypto_producer_ready${p}`]: [[1, 5]] },
    // Prometheus looks back for five minutes.
    then: [[4, "quiet"], [13, "firing"]],
  },
  {
    alert: "CryptoProducerRecordsWaitingOrLost",
    when: "records wait, but not too long, and counters stand still",
    series: {
      [age]: [[34, 30]],
      [limit]: [[35, 30]],
      [`crypto_producer_records_dropped_total${p}`]: [[7, 30]],
      [`crypto_producer_records_dead_lettered_total${p}`]: [[7, 30]],
      [`crypto_producer_records_lost_total${p}`]: [[7, 30]],
    },
    then: [[5, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoProducerRecordsWaitingOrLost",
    when: "a record waits too long",
    series: { [age]: [[0, 5], ["40+15", 5], [0, 5]], [limit]: [[35, 15]] },
    then: [[4, "quiet"], [7, "firing"], [12, "quiet"]],
  },
  ...["dropped", "dead_lettered", "lost"].map((how): Case => ({
    alert: "CryptoProducerRecordsWaitingOrLost",
    when: `a record was ${how}`,
    series: {
      [`crypto_producer_records_${how}_total${p}`]: [[0, 5], [1, 25]],
    },
    then: [[4, "quiet"], [7, "firing"], [25, "quiet"]],
  })),
  {
    alert: "CryptoProducerNoSample",
    when: "polls succeed",
    series: { [sampled]: [["0+15", 30]], [sampleLimit]: [[100, 30]] },
    then: [[5, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoProducerNoSample",
    when: "polls fail for longer than the limit and a minute",
    series: { [sampled]: [["0+15", 5], [285, 10]], [sampleLimit]: [[100, 15]] },
    then: [[6, "quiet"], [7, "pending"], [9, "firing"]],
  },
  {
    alert: "CryptoLakeNotReady",
    when: "there is no lake",
    series: {},
    then: [[10, "quiet"]],
  },
  {
    alert: "CryptoLakeNotReady",
    when: "it is not ready for longer than two minutes, and then is again",
    series: { 'crypto_lake_ready{instance="l"}': [[1, 5], [0, 5], [1, 5]] },
    then: [[4, "quiet"], [6, "pending"], [8, "firing"], [12, "quiet"]],
  },
  {
    alert: "CryptoLakeCommitFailing",
    when: "a few transactions were tried again",
    series: {
      'crypto_lake_not_ready{instance="l",reason="commit"}': [[0, 30]],
      'crypto_lake_not_ready{instance="l",reason="read"}': [[1, 30]],
      [failures]: [[0, 5], [9, 25]],
    },
    then: [[8, "quiet"], [25, "quiet"]],
  },
  {
    alert: "CryptoLakeCommitFailing",
    when: "the last transaction failed",
    series: {
      'crypto_lake_not_ready{instance="l",reason="commit"}': [
        [0, 5],
        [1, 5],
        [0, 5],
      ],
    },
    then: [[4, "quiet"], [7, "firing"], [12, "quiet"]],
  },
  {
    alert: "CryptoLakeCommitFailing",
    when: "many transactions failed",
    series: { [failures]: [[0, 5], ["1+1", 10], [40, 25]] },
    then: [[6, "quiet"], [14, "firing"], [38, "quiet"]],
  },
  {
    alert: "CryptoLakeBehind",
    when: "records wait in no partition, or only for a while",
    series: { [lag0]: [[1000, 30]], [lag1]: [[0, 5], [9000, 4], [0, 21]] },
    then: [[8, "pending"], [11, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoLakeBehind",
    when: "one of two partitions is behind",
    series: { [lag0]: [[0, 30]], [lag1]: [[0, 5], [1001, 20], [0, 5]] },
    then: [[4, "quiet"], [9, "pending"], [11, "firing"], [26, "quiet"]],
  },
  {
    alert: "CryptoLakeNotFresh",
    when: "gold is new enough, or empty",
    series: { [fresh]: [[-1, 5], [299, 25]] },
    then: [[4, "quiet"], [29, "quiet"]],
  },
  {
    alert: "CryptoLakeNotFresh",
    when: "the newest record grows old",
    series: { [fresh]: [["0+15", 15], [0, 5]] },
    then: [[4, "quiet"], [6, "pending"], [9, "firing"], [17, "quiet"]],
  },
  {
    alert: "CryptoLakeMaintenanceFailing",
    when: "one failed, and the next one did not",
    series: { [maintenance]: [[0, 5], [1, 300]] },
    then: [[6, "quiet"], [100, "quiet"], [290, "quiet"]],
  },
  {
    alert: "CryptoLakeMaintenanceFailing",
    when: "it fails each hour, and then no more",
    series: { [maintenance]: [[0, 5], [1, 60], [2, 240]] },
    then: [[60, "quiet"], [70, "firing"], [180, "firing"], [280, "quiet"]],
  },
];

/** A test in promtool's form; ALERTS is what Prometheus makes of a rule. */
function unitTest({ alert, series, then }: Case) {
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
    const tested = new Set(cases.map(({ alert }) => alert));
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

for (const one of cases) {
  const { alert, when, then } = one;
  const states = then.map(([, state]) => state).join(", ");
  Deno.test({
    name: `${alert} when ${when}: ${states}`,
    ignore,
    async fn() {
      await using dir = await testDir();
      const path = `${dir.path}/tests.yml`;
      const file = {
        rule_files: [rulesPath],
        evaluation_interval: "15s",
        tests: [unitTest(one)],
      };
      await Deno.writeTextFile(path, JSON.stringify(file));
      await promtool("test", "rules", path);
    },
  });
}
