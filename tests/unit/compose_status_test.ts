import { assertEquals, assertStringIncludes } from "@std/assert";
import { statusRows } from "../../tasks/stack/compose/compose_status.ts";
import { serviceTable } from "../../tasks/stack/service_table.ts";
import { container } from "../fakes/stack.ts";

Deno.test("`statusRows()` shows each container as one row", () => {
  const rows = statusRows([
    container("kafka", { ports: { "9093/tcp": 19093 }, restarts: 2 }),
    container("kafka-ui", { ports: { "8080/tcp": 8080 }, health: "starting" }),
    container("zookeeper", {
      status: "exited",
      end: { exitCode: 143, error: "", oomKilled: false },
    }),
    container("crypto-producer", {
      status: "exited",
      end: { exitCode: 137, error: "", oomKilled: true },
    }),
    container("crypto-lake", { ports: { "9465/tcp": 9465 } }),
  ]);
  assertEquals(
    rows.map(({ name, address, state }) => [name, address, state]),
    [
      ["zookeeper", "-", "stopped"],
      ["kafka", "localhost:19093", "running"],
      ["kafka-ui", "http://localhost:8080", "starting"],
      ["crypto-producer", "-", "failed"],
      ["crypto-lake", "http://localhost:9465", "running"],
    ],
  );
  assertStringIncludes(rows[1]?.detail ?? "", "restarted 2 times");
  assertStringIncludes(rows[3]?.detail ?? "", "memory limit");
});

Deno.test("`statusRows()` and the table show what a failing health check says", () => {
  const complaint = `HTTP/1.1 403 Forbidden ${"x".repeat(80)}`;
  const rows = statusRows([
    container("kafka", { health: "starting", complaint }),
    container("kafka-ui", { health: "unhealthy", complaint }),
  ]);
  const lines = serviceTable(rows);
  assertEquals(lines.length, 3);
  assertStringIncludes(lines[2] ?? "", "  its health check: HTTP/1.1 403 Forb");
  assertEquals(lines[2]?.length, 80);
});
