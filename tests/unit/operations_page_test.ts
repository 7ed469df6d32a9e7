import { assert, assertEquals } from "@std/assert";
import compose from "../../compose.yaml" with { type: "text" };
import dataSource from "../../ops/grafana/provisioning/datasources/prometheus.yml" with {
  type: "text",
};
import scraped from "../../ops/prometheus/compose.yml" with { type: "text" };
import page from "../../docs/operations.md" with { type: "text" };

const picture = /```mermaid\n([\s\S]*?)```/.exec(page)?.[1] ?? "";

Deno.test("the picture of docs/operations.md has the containers of compose.yaml", () => {
  const drawn = [...picture.matchAll(/\["(crypto-[\w-]+)/g)].map(([, n]) => n);
  const made = [...compose.matchAll(/container_name: \S*?-crypto\}(-[\w-]+)/g)]
    .map(([, n]) => `crypto${n}`);
  assertEquals([...new Set(drawn)].sort(), made.sort());
});

Deno.test("the picture of docs/operations.md has the addresses of compose.yaml", () => {
  const drawn = [...picture.matchAll(/"([\w-]+):(\d+)"/g)];
  assertEquals(new Set(drawn.map(([text]) => text)).size, 12);
  const files = [compose, dataSource, scraped].join("\n");
  for (const [, host, port] of drawn) {
    const forms = [
      `://${host}:${port}`,
      `: ${host}:${port}`,
      `["${host}:${port}"`,
      // On this machine: the default of a setting.
      ...host === "localhost" ? [`:-${port}}:`] : [],
    ];
    assert(forms.some((form) => files.includes(form)), `${host}:${port}`);
  }
});
