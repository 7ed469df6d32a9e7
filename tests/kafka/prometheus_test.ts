// A real Prometheus with the project's rules scrapes a real producer and a real
// lake, before, during and after an outage of their broker.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { projectDir } from "../../lib/project.ts";
import { start } from "../../tasks/host/run_process.ts";
import { lakeArgs } from "../../tasks/lake/run_lake.ts";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { startBroker } from "../harness/broker.ts";
import { dashboardQueries } from "../harness/dashboards.ts";
import { freePort } from "../harness/ports.ts";
import { startProducer } from "../harness/producer.ts";
import { hasPrometheus, startPrometheus } from "../harness/prometheus.ts";
import { alertRules, metricNames } from "../harness/promql.ts";
import { until } from "../harness/until.ts";

const ignore = !await hasPrometheus();

/** A lake in a process of its own, as `deno task lake run` starts it. */
async function startLake(bootstrap: string, dir: string) {
  const address = `127.0.0.1:${freePort()}`;
  const process = start(Deno.execPath(), [...await lakeArgs()], {
    cwd: projectDir,
    env: {
      KAFKA_BOOTSTRAP_SERVERS: bootstrap,
      LAKE_DIR: dir,
      LAKE_ADDRESS: address,
    },
  });
  return {
    address,
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      await process.ended;
    },
  };
}

Deno.test({
  name:
    "Prometheus scrapes producer and lake, has data for each panel, and alerts when the broker dies",
  ignore,
  async fn(t) {
    await using broker = await startBroker();
    await using simulator = await startSimulator({ cacheSeconds: 0.2 });
    await using producer = startProducer({ broker, simulator });
    await producer.untilPublished(1);
    await using lake = await startLake(broker.bootstrap, `${broker.dir}/lake`);
    await using prometheus = await startPrometheus({
      "127.0.0.1:9464": producer.admin,
      "127.0.0.1:9465": lake.address,
    });
    const names = (found: readonly { labels: Record<string, string> }[]) =>
      new Set(found.map(({ labels }) => labels.alertname ?? ""));

    await t.step("both are scraped, and no alert remains", async () => {
      await until("both targets are up", async () => {
        const jobs = await prometheus.up();
        return ["crypto-lake", "crypto-producer"].every((job) =>
          jobs.includes(job)
        );
      });
      await until("gold has a record", async () => {
        const [age] = await prometheus.query("crypto_lake_freshness_seconds");
        return Number(age?.value[1] ?? -1) >= 0;
      });
      await until(
        "no alert",
        async () => (await prometheus.alerts()).length === 0,
      );
    });

    await t.step("each panel and each rule finds its metrics", async () => {
      const rules = alertRules(
        await Deno.readTextFile(
          new URL("ops/prometheus/alerts.yml", projectDir),
        ),
      );
      const metrics = [
        ...dashboardQueries,
        ...rules.map(({ expr }) => expr),
      ].flatMap((expression) => metricNames(expression));
      for (const metric of new Set(metrics)) {
        assert((await prometheus.query(metric)).length > 0, metric);
      }
      for (const query of dashboardQueries) {
        // What filters has nothing to show while all is well.
        if (query.endsWith(" == 1")) continue;
        await until(
          query,
          async () => (await prometheus.query(query)).length > 0,
        );
      }
    });

    await t.step(
      "without its broker, alerts are pending, then fire",
      async () => {
        await broker.kill("SIGKILL");
        const wanted = [
          "CryptoProducerNotReady",
          "CryptoProducerRecordsWaitingOrLost",
          "CryptoLakeNotReady",
        ];
        const pending = new Set<string>();
        const firing = await until("the alerts fire", async () => {
          const alerts = await prometheus.alerts();
          const early = alerts.filter(({ state }) => state === "pending");
          for (const name of names(early)) pending.add(name);
          const found = alerts.filter(({ state }) => state === "firing");
          const have = names(found);
          return wanted.every((name) => have.has(name)) ? found : undefined;
        });
        assert(wanted.every((name) => pending.has(name)));
        for (const { labels: { alertname, instance }, annotations } of firing) {
          const isLake = alertname?.startsWith("CryptoLake");
          assertEquals(instance, isLake ? lake.address : producer.admin);
          assert(annotations.summary, alertname);
          const [of] = annotations.description?.match(/log of \S+/) ?? [];
          if (of !== undefined) assertStringIncludes(of, instance ?? "?");
        }
        const reasons = await prometheus.query(
          'crypto_lake_not_ready{reason="read"} == 1 ' +
            'or crypto_producer_not_ready{reason="waiting"} == 1',
        );
        assertEquals(reasons.length, 2);
      },
    );

    await t.step("with it again, they end", async () => {
      await broker.restart();
      await until(
        "no alert",
        async () => (await prometheus.alerts()).length === 0,
      );
    });
  },
});
