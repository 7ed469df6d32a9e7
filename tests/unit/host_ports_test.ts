import { assertRejects, assertStringIncludes } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  portsOf,
  requirePorts,
} from "../../tasks/stack/compose/preflight/host_ports.ts";
import { serviceFacts } from "../../tasks/stack/services.ts";
import { listed } from "../fakes/containers.ts";

const look = {
  containers: listed,
  project: "ours",
  isFree: (port: number) => Promise.resolve(port !== 2181),
  ownerOf: () => Promise.resolve<string | undefined>("pid 812 (java)"),
};
const cases: [Parameters<typeof portsOf>[0], string, string][] = [
  [
    { zookeeper: 2181, kafka: 9093, "kafka-ui": 18080 },
    "port 2181 must be free for zookeeper: its owner is pid 812 (java)",
    "ZOOKEEPER_HOST_PORT=12181",
  ],
  [
    { kafka: 9093, "kafka-ui": 8080 },
    "owner is the container old-ui (Compose project older)",
    "KAFKA_UI_HOST_PORT=18080",
  ],
  [
    { kafka: 27000, "kafka-ui": 18080 },
    "owner is the container scratch",
    "KAFKA_HOST_PORT=37000",
  ],
  [
    { kafka: 9093, "crypto-grafana": 8080 },
    "port 8080 must be free for crypto-grafana: its owner is the container",
    "GRAFANA_HOST_PORT=18080",
  ],
  // Our own container, of another service; 19093 is what the broker moves to.
  [
    { kafka: 19093, "kafka-ui": 9093 },
    "owner is the container my-kafka",
    "KAFKA_UI_HOST_PORT=19094",
  ],
  [
    { kafka: 60000, "kafka-ui": 60000 },
    "KAFKA_HOST_PORT and KAFKA_UI_HOST_PORT are both 60000",
    "KAFKA_UI_HOST_PORT=20000",
  ],
  [
    { kafka: 9093, "kafka-ui": 18080, "crypto-lake": 8080 },
    "port 8080 must be free for crypto-lake: its owner is the container old-ui",
    "LAKE_HOST_PORT=18081",
  ],
  [
    { kafka: 9093, "kafka-ui": 18080, "crypto-lake": 2181 },
    "port 2181 must be free for crypto-lake: its owner is pid 812 (java)",
    "stop that (a lake run in a terminal?), or use another port",
  ],
];
for (const [ports, message, next] of cases) {
  Deno.test(`\`requirePorts()\` refuses a port: ${message}`, async () => {
    const failure = await assertRejects(
      () => requirePorts(portsOf(ports, serviceFacts), look),
      CommandError,
    );
    assertStringIncludes(failure.message, message);
    assertStringIncludes(failure.next, next);
  });
}

Deno.test("`requirePorts()` accepts free ports and our own", async () => {
  const ports = { kafka: 9093, "kafka-ui": 18080 };
  await requirePorts(portsOf(ports, serviceFacts), look);
});
