import { assertEquals } from "@std/assert";
import { assumedLimit, readMessageLimit } from "../../kafka/message_limit.ts";
import { kafkaError } from "../fakes/topics.ts";

function admin(answers: Record<number, string | Error>) {
  return {
    describeConfigs: (
      { resources }: { resources: { type: number; configNames?: string[] }[] },
    ) => {
      const [{ type, configNames: [configName = ""] = [] } = { type: 0 }] =
        resources;
      const configValue = answers[type] ?? "";
      return configValue instanceof Error
        ? Promise.reject(configValue)
        : Promise.resolve({
          resources: [{ configEntries: [{ configName, configValue }] }],
        });
    },
    describeCluster: () => Promise.resolve({ brokers: [{ nodeId: 1 }] }),
  };
}

Deno.test("`readMessageLimit()` asks the topic, then a broker, then assumes Kafka's default", async () => {
  const denied = kafkaError("TOPIC_AUTHORIZATION_FAILED");
  const rows = [
    [admin({ 2: "5000" }), { bytes: 5_000, source: "topic" }],
    [
      admin({ 2: denied, 4: "7000" }),
      { bytes: 7_000, source: "broker", reason: "TOPIC_AUTHORIZATION_FAILED" },
    ],
    [admin({ 2: denied, 4: denied }), assumedLimit(denied)],
  ] as const;
  for (const [port, expected] of rows) {
    assertEquals(await readMessageLimit(port, "t"), expected);
  }
  assertEquals(assumedLimit(denied).bytes, 1_048_588);
});
