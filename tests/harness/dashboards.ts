import lake from "../../ops/grafana/crypto-lake.json" with { type: "json" };
import producer from "../../ops/grafana/crypto-producer.json" with {
  type: "json",
};

/** The dashboards as they are provisioned, by the program that they are of. */
export const dashboards = { producer, lake } as const;

/** The queries of all panels, with Grafana's variables as it would fill them. */
export const dashboardQueries: readonly string[] = Object.values(dashboards)
  .flatMap(({ panels }) =>
    panels.flatMap((panel) => "targets" in panel ? panel.targets ?? [] : [])
  )
  .map(({ expr }) =>
    expr.replaceAll("$instance", ".*").replaceAll("$__rate_interval", "1m")
  );
