// What compose.yaml gives to Prometheus and Grafana, against the files of ops/.

import { assert, assertEquals, assertMatch } from "@std/assert";
import composeYaml from "../../compose.yaml" with { type: "text" };
import dashboardsText from "../../ops/grafana/provisioning/dashboards/crypto-stream.yml" with {
  type: "text",
};
import dataSourceText from "../../ops/grafana/provisioning/datasources/prometheus.yml" with {
  type: "text",
};
import composeScrape from "../../ops/prometheus/compose.yml" with {
  type: "text",
};
import hostScrape from "../../ops/prometheus/prometheus.yml" with {
  type: "text",
};
import { dashboards } from "../harness/dashboards.ts";

function valueOf(text: string, key: string): string | undefined {
  return new RegExp(`^[ -]*${key}: (.+)$`, "m").exec(text)?.[1];
}

/** The text of a service, up to the next one. */
function service(name: string): string {
  const [, text = ""] = composeYaml.split(`\n  ${name}:\n`);
  return text.split(/^(?: {2})?\w/m)[0] ?? "";
}

function jobsOf(text: string): (string | undefined)[] {
  return [...text.matchAll(/job_name: (\S+)/g)].map(([, job]) => job);
}

const grafana = service("crypto-grafana");
const prometheus = service("crypto-prometheus");

Deno.test("dashboards are in the form that Grafana provisions", () => {
  for (const [program, dashboard] of Object.entries(dashboards)) {
    // One with an id of its own collides with another; inputs are never asked.
    for (const key of ["id", "__inputs", "__requires"]) {
      assert(!(key in dashboard), `${program}: ${key}`);
    }
    assertEquals(dashboard.uid, `crypto-${program}`);
    assertMatch(dashboard.uid, /^[\w-]{1,40}$/);
    assert(dashboard.title !== "" && dashboard.schemaVersion >= 36);
    const [dataSource, ...others] = dashboard.templating.list;
    // Without a saved choice it takes the default data source.
    assertEquals(dataSource?.type, "datasource");
    assertEquals(dataSource?.query, "prometheus");
    assertEquals(dataSource?.current, {});
    const used = [...dashboard.panels, ...others].flatMap((one) =>
      "datasource" in one && one.datasource ? [one.datasource] : []
    );
    for (const { type, uid } of used) {
      assertEquals([type, uid], ["prometheus", "${datasource}"]);
    }
  }
});

Deno.test("the data source is Prometheus's container, and the default", () => {
  const port = /:(\d+)"\]$/m.exec(valueOf(prometheus, "ports") ?? "")?.[1];
  assertEquals(
    valueOf(dataSourceText, "url"),
    `http://crypto-prometheus:${port}`,
  );
  assertEquals(valueOf(dataSourceText, "isDefault"), "true");
  // A shorter one would make rates of less than two samples.
  assertEquals(
    valueOf(dataSourceText, "timeInterval"),
    valueOf(composeScrape, "scrape_interval"),
  );
});

Deno.test("Grafana finds its files where compose.yaml mounts them", () => {
  const mounts = new Map(
    [...grafana.matchAll(/source: \.\/(\S+)\n +target: (\S+)/g)]
      .map(([, source, target]) => [target, source]),
  );
  const path = valueOf(dashboardsText, "path");
  assertEquals(mounts.get(path), "ops/grafana");
  assertEquals(
    valueOf(grafana, "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"),
    `${path}/${dashboards.producer.uid}.json`,
  );
  for (const kind of ["datasources", "dashboards"]) {
    assertEquals(
      mounts.get(`/etc/grafana/provisioning/${kind}`),
      `ops/grafana/provisioning/${kind}`,
    );
  }
});

Deno.test("Grafana has no login, and contacts no one", () => {
  const wanted = {
    GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer",
    GF_AUTH_BASIC_ENABLED: '"false"',
    GF_AUTH_DISABLE_LOGIN_FORM: '"true"',
    GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: '"true"',
    GF_ANALYTICS_REPORTING_ENABLED: '"false"',
    GF_ANALYTICS_CHECK_FOR_UPDATES: '"false"',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: '"false"',
    GF_NEWS_NEWS_FEED_ENABLED: '"false"',
    GF_PLUGINS_PREINSTALL_DISABLED: '"true"',
  };
  for (const [name, value] of Object.entries(wanted)) {
    assertEquals(valueOf(grafana, name), value, name);
  }
});

Deno.test("both configurations of Prometheus have the same jobs and rules", () => {
  assertEquals(jobsOf(composeScrape), jobsOf(hostScrape));
  for (const text of [composeScrape, hostScrape]) {
    assertMatch(text, /^rule_files:\n {2}- alerts\.yml$/m);
  }
  // Each container, and the same program on this machine.
  for (const [, job] of composeScrape.matchAll(/job_name: (\S+)/g)) {
    assertMatch(
      composeScrape,
      new RegExp(`"${job}:(\\d+)", "host\\.docker\\.internal:\\1"`),
    );
  }
  assert(prometheus.includes("host.docker.internal:host-gateway"));
});
