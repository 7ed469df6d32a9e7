import { assertEquals, assertStringIncludes } from "@std/assert";
import { newClusterId } from "../../tasks/stack/native/launch.ts";
import {
  escapeValue,
  fileAddress,
  javaArguments,
  log4jProperties,
  serverProperties,
} from "../../tasks/stack/native/broker_properties.ts";

const plan = { port: 19093, controllerPort: 40123, dataDir: "/state/data" };

Deno.test("`serverProperties()` listens on loopback only", () => {
  const text = serverProperties(plan);
  const lines = text.split("\n");
  const valueOf = (name: string) =>
    lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  assertEquals(
    valueOf("listeners"),
    "EXTERNAL://127.0.0.1:19093,CONTROLLER://127.0.0.1:40123",
  );
  assertEquals(valueOf("advertised.listeners"), "EXTERNAL://localhost:19093");
  assertEquals(valueOf("controller.quorum.voters"), "1@127.0.0.1:40123");
  assertEquals(valueOf("log.dirs"), "/state/data");
  assertEquals(valueOf("auto.create.topics.enable"), "false");
  assertEquals(text.endsWith("\n"), true);
});

Deno.test("`escapeValue()` writes what Java reads back", () => {
  assertEquals(escapeValue("C:\\Users\\Zoë\\a b"), "C:/Users/Zo\\u00eb/a b");
});

Deno.test("`log4jProperties()` rotates the file", () => {
  const text = log4jProperties("/state/logs/kafka.log");
  assertStringIncludes(text, "appender.file.File=/state/logs/kafka.log\n");
  assertStringIncludes(text, "appender.file.MaxFileSize=5MB\n");
});

Deno.test("`fileAddress()` turns paths into URLs", () => {
  assertEquals(
    fileAddress("/a b/ü.properties"),
    "file:/a%20b/%C3%BC.properties",
  );
  assertEquals(fileAddress("C:\\a b\\c"), "file:/C:/a%20b/c");
});

const javaPlan = {
  jars: ["/jars/a.jar", "/jars/b.jar"],
  listSeparator: ":",
  log4jFile: "/state/log4j.properties",
};

Deno.test("`javaArguments()` lists the jars in order", () => {
  const args = javaArguments(javaPlan, "kafka.Kafka", ["x.properties"]);
  assertEquals(args.slice(-4), [
    "-cp",
    "/jars/a.jar:/jars/b.jar",
    "kafka.Kafka",
    "x.properties",
  ]);
  assertEquals(args.some((arg) => arg.includes("Archive")), false);
});

Deno.test("`javaArguments()` reads or writes a class archive", () => {
  const reads = javaArguments({ ...javaPlan, archive: "/a.jsa" }, "M", []);
  assertEquals(reads.includes("-XX:SharedArchiveFile=/a.jsa"), true);
  const writes = javaArguments({ ...javaPlan, newArchive: "/b.jsa" }, "M", []);
  assertEquals(writes.includes("-XX:ArchiveClassesAtExit=/b.jsa"), true);
});

Deno.test("`newClusterId()` has Kafka's form and never a leading dash", () => {
  for (let round = 0; round < 500; round++) {
    assertEquals(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/.test(newClusterId()), true);
  }
});
