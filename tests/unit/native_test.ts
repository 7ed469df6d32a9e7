import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Failure, UsageError } from "../../producer/errors.ts";
import {
  isAlive,
  parseProcStat,
  parseRecord,
} from "../../tasks/native/broker_process.ts";
import { mavenReason } from "../../tasks/native/jars.ts";
import { checkJava, parseJavaVersion } from "../../tasks/native/java.ts";
import {
  cacheFolder,
  javaProgram,
  mavenProgram,
  platformOf,
} from "../../tasks/native/platform.ts";
import {
  ownerFromLsof,
  ownerFromNetstat,
  ownerFromSs,
  portOwner,
} from "../../tasks/native/ports.ts";
import { clusterId, serverProperties } from "../../tasks/native/settings.ts";
import { chooseKind } from "../../tasks/stack/choose.ts";
import { withMarked, withoutMarked } from "../../tasks/stack/env_file.ts";
import { inShort, type Run } from "../../tasks/stack/process.ts";

const saying = (stdout: string, stderr = "", code = 0): Run => () =>
  Promise.resolve({ code, stdout, stderr });

const versions: [string, number | undefined][] = [
  ['openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime', 17],
  ['openjdk version "21" 2023-09-19 LTS', 21],
  ['java version "1.8.0_401"\nJava(TM) SE', 8],
  ['openjdk version "11.0.22" 2024-01-16 LTS', 11],
  ['Picked up JAVA_TOOL_OPTIONS: -Dx\nopenjdk version "25-ea" 2025', 25],
  [
    "The operation couldn't be completed. Unable to locate a Java Runtime",
    undefined,
  ],
];

for (const [text, version] of versions) {
  Deno.test(`\`parseJavaVersion()\` reads ${text.slice(0, 30)}`, () => {
    assertEquals(parseJavaVersion(text), version);
  });
}

Deno.test("`checkJava()` tells no Java from an old one", async () => {
  const none: Run = () => Promise.reject(new Deno.errors.NotFound("java"));
  await assertRejects(
    () => checkJava(none, "java", "linux"),
    Failure,
    "there is no Java",
  );
  const error = await assertRejects(
    () => checkJava(saying("", 'java version "1.8.0_1"'), "java", "darwin"),
    Failure,
    "Java 8 (java) is too old: expected 17 or newer",
  );
  assert(error.next.includes("brew install"));
  await checkJava(saying("", 'openjdk version "17.0.1"'), "java", "linux");
});

Deno.test("the platform table knows each platform's names", () => {
  const env = (values: Record<string, string>) => (name: string) =>
    values[name];
  assertEquals(platformOf("freebsd"), "linux");
  assertEquals(mavenProgram.windows, "mvn.cmd");
  assertEquals(javaProgram("linux", env({})), "java");
  assertEquals(
    javaProgram("windows", env({ JAVA_HOME: "C:\\jdk" })),
    "C:\\jdk\\bin\\java.exe",
  );
  assertEquals(
    cacheFolder("linux", env({ HOME: "/h" })),
    "/h/.cache/crypto-stream",
  );
  assertEquals(
    cacheFolder("linux", env({ HOME: "/h", XDG_CACHE_HOME: "/c" })),
    "/c/crypto-stream",
  );
  assertEquals(
    cacheFolder("darwin", env({ HOME: "/h" })),
    "/h/Library/Caches/crypto-stream",
  );
  assertEquals(
    cacheFolder("windows", env({ LOCALAPPDATA: "C:\\L" })),
    "C:\\L\\crypto-stream",
  );
  assertEquals(cacheFolder("linux", env({})), undefined);
});

Deno.test("`portOwner()` names who listens, or nobody", async () => {
  const ss = "LISTEN 0 50 127.0.0.1:9093 0.0.0.0:* " +
    'users:(("java",pid=42,fd=3))\n';
  assertEquals(ownerFromSs(ss, 9093), "java, pid 42");
  assertEquals(ownerFromSs(ss, 93), undefined);
  const lsof = "COMMAND PID USER FD\nnode 77 me 22u IPv4 TCP *:9093 (LISTEN)\n";
  assertEquals(ownerFromLsof(lsof), "node, pid 77");
  const netstat = "  TCP  127.0.0.1:9093  0.0.0.0:0  LISTENING  5\r\n";
  assertEquals(ownerFromNetstat(netstat, 9093), "pid 5");
  const none: Run = () => Promise.reject(new Deno.errors.NotFound("ss"));
  assertEquals(await portOwner(none, "linux", 9093), undefined);
  assertEquals(await portOwner(saying(ss), "linux", 9093), "java, pid 42");
});

Deno.test("`parseRecord()` takes what was written and nothing else", () => {
  const record = { pid: 42, begun: "7", port: 9093 };
  assertEquals(parseRecord(JSON.stringify(record)), record);
  for (const bad of ["", "{", "{}", '{"pid":1,"begun":"","port":1}', "null"]) {
    assertEquals(parseRecord(bad), undefined);
  }
});

Deno.test("`isAlive()` is not fooled by a recycled pid or a zombie", async () => {
  const stat = (state: string, begun: string) =>
    `42 (a) b) ${state} ${Array(18).fill(0).join(" ")} ${begun} 0\n`;
  assertEquals(parseProcStat(stat("S", "777")), { state: "S", begun: "777" });
  const record = { pid: 42, begun: "777", port: 1 };
  const seen = (text: string) => isAlive(saying(text), "linux", record);
  assertEquals(await seen(stat("S", "777")), true);
  assertEquals(await seen(stat("S", "778")), false);
  assertEquals(await seen(stat("Z", "777")), false);
  assertEquals(await seen(""), false);
});

Deno.test("`serverProperties()` binds loopback and escapes nothing", () => {
  const text = serverProperties({
    port: 9093,
    controllerPort: 9094,
    dataDir: "C:\\s\\data",
  });
  assert(text.includes("advertised.listeners=EXTERNAL://localhost:9093\n"));
  assert(text.includes("log.dirs=C:/s/data\n"));
  assert(!text.includes("0.0.0.0"));
});

Deno.test("`clusterId()` has 22 characters and no dash in front", () => {
  assertEquals(clusterId(new Uint8Array(16).fill(0xfb)).length, 22);
  assert(!clusterId(new Uint8Array(16).fill(0xfb)).startsWith("-"));
});

Deno.test("`mavenReason()` keeps the telling line", () => {
  const output = "[INFO] x\n[ERROR] Could not transfer artifact a:b\n[ERROR] y";
  assertEquals(mavenReason(output), "Could not transfer artifact a:b");
  assertEquals(mavenReason(""), "Maven gave no reason");
  assertEquals(inShort("\n a\n\tat b\n c\n d"), "a c");
});

Deno.test("`chooseKind()` asks flags, then the record, then takes compose", () => {
  assertEquals(chooseKind("native", "compose"), "native");
  assertEquals(chooseKind(undefined, "native"), "native");
  assertEquals(chooseKind(undefined, undefined), "compose");
  assertThrows(() => chooseKind("podman", undefined), UsageError, "podman");
});

Deno.test("`withMarked()` touches its own lines only", () => {
  const own = "A=1\nB=2";
  const once = withMarked(own, { KAFKA_HOST_PORT: "19093" });
  assert(once.startsWith("A=1\nB=2\n# >>>"));
  assertEquals(withMarked(once, { KAFKA_HOST_PORT: "19093" }), once);
  assertEquals(withoutMarked(once), "A=1\nB=2\n");
  assertEquals(withMarked(once, {}), "A=1\nB=2\n");
  assertEquals(withMarked("", {}), "");
});
