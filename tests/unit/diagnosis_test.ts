import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { diagnose, symptoms } from "../../tasks/diagnosis/diagnose.ts";
import { printedFailures } from "../fakes/failures.ts";
import { sparkFailures } from "../fakes/spark_failures.ts";

const allFailures = { ...printedFailures, ...sparkFailures };

function stackOf(id: string): "compose" | "native" | "spark" {
  if (id.startsWith("native-")) return "native";
  return id.startsWith("spark-") ? "spark" : "compose";
}

for (const [id, failures] of Object.entries(allFailures)) {
  for (const [index, failure] of failures.entries()) {
    const [text, names] = typeof failure === "string" ? [failure] : failure;
    Deno.test(`\`diagnose()\` knows ${id}, ${index}`, () => {
      const found = diagnose(text, stackOf(id));
      assertEquals(found?.id, id);
      assertStringIncludes(found?.cause ?? "", names ?? "");
      assert(!/\b(?:undefined|CONTAINER)\b|`/.test(found?.next ?? ""));
    });
  }
}

Deno.test("`diagnose()` has a printed failure for every symptom", () => {
  assertEquals(symptoms.map(({ id }) => id), Object.keys(allFailures));
});

Deno.test("`diagnose()` puts the container name in the command", () => {
  const found = diagnose(
    'The container name "/ana-kafka" is already in use by container "2e"',
  );
  assert(found?.next.endsWith("docker rm -f ana-kafka"), found?.next);
});

Deno.test("`diagnose()` reports the failure of the newest start", () => {
  const older = "RuntimeException: Invalid cluster.id in: /x\n\tat kafka\n";
  const newer = "KeeperException: KeeperErrorCode = NodeExists\n\tat kafka";
  assertEquals(diagnose(`${older}\n${newer}`)?.id, "node-exists");
  assertEquals(diagnose(`${newer}\r\n${older}\r\n`)?.id, "cluster-id");
});

Deno.test("`diagnose()` reads how a container ended", () => {
  const end = { exitCode: 137, oomKilled: true, error: "" };
  assertEquals(diagnose(end)?.id, "out-of-memory");
  assertEquals(diagnose({ ...end, oomKilled: false })?.id, "out-of-memory");
  const error = "driver failed: Bind for 0.0.0.0:9093 failed: port is " +
    "already allocated";
  const refused = { exitCode: 137, oomKilled: false, error };
  assertEquals(diagnose(refused)?.id, "port-taken");
  for (const exitCode of [0, 1, 143]) {
    const quiet = { exitCode, oomKilled: false, error: "" };
    assertEquals(diagnose(quiet), undefined);
  }
});

Deno.test("`diagnose()` finds nothing in a log without a failure", () => {
  const log = `[2026-11-24 14:47:06,614] INFO Creating /brokers/ids/1 (is it ` +
    `secure? false) (kafka.zk.KafkaZkClient)
[2026-11-24 14:47:07,001] INFO Cluster ID = bb3ZVKG7SaqMy2N2WFBecg
[2026-11-24 14:47:07,204] INFO [KafkaServer id=1] started`;
  assertEquals(diagnose(log), undefined);
  assertEquals(diagnose(""), undefined);
});
