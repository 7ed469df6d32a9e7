import { assertEquals } from "@std/assert";
import { parseProcesses } from "../../tasks/stack/native/find_broker.ts";

Deno.test("`parseProcesses()` finds the broker of this folder alone", () => {
  const file = "/my project/.state/native/server.properties";
  const lines = [
    "1 /sbin/init ",
    `  77 sh -c tail kafka.Kafka ${file} -f `,
    "812 java -cp a.jar kafka.Kafka /other/.state/native/server.properties ",
    `813 java -cp a.jar kafka.tools.StorageTool format --config ${file} `,
    `814 java -cp a.jar kafka.Kafka ${file} `,
  ];
  assertEquals(parseProcesses(lines.join("\n"), file), 814);
  assertEquals(parseProcesses(lines.slice(0, 4).join("\n"), file), undefined);
});
