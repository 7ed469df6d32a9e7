import { assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { findJava, parseJavaVersion } from "../../tasks/stack/native/java.ts";
import type { Run } from "../../tasks/host/run_process.ts";

const outputs: readonly (readonly [string, number, string])[] = [
  // Debian.
  [
    'openjdk version "17.0.15" 2025-04-15\n' +
    "OpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)\n" +
    "OpenJDK 64-Bit Server VM (build 17.0.15+6-Debian-1deb12u1, mixed mode)\n",
    17,
    "17.0.15",
  ],
  // Temurin.
  [
    'openjdk version "21.0.4" 2024-07-16 LTS\n' +
    "OpenJDK Runtime Environment Temurin-21.0.4+7 (build 21.0.4+7-LTS)\n",
    21,
    "21.0.4",
  ],
  // Oracle.
  [
    'java version "22.0.1" 2024-04-16\n' +
    "Java(TM) SE Runtime Environment (build 22.0.1+8-16)\n",
    22,
    "22.0.1",
  ],
  // A first release, an early-access build, the form of Java 8.
  ['openjdk version "24" 2025-03-18\n', 24, "24"],
  ['openjdk version "25-ea" 2025-09-16\n', 25, "25-ea"],
  ['java version "1.8.0_392"\n', 8, "1.8.0_392"],
  [
    "Picked up JAVA_TOOL_OPTIONS: -Dfile.encoding=UTF-8\r\n" +
    'openjdk version "11.0.21" 2023-10-17\r\n',
    11,
    "11.0.21",
  ],
];

for (const [output, major, text] of outputs) {
  Deno.test(`\`parseJavaVersion()\` reads ${text}`, () => {
    assertEquals(parseJavaVersion(output), { major, text });
  });
}

Deno.test("`parseJavaVersion()` finds no version in macOS's stub", () => {
  const output = "The operation couldn’t be completed. " +
    "Unable to locate a Java Runtime.\n";
  assertEquals(parseJavaVersion(output), undefined);
});

function javas(versions: Readonly<Record<string, string>>): Run {
  return (program) => {
    const version = versions[program];
    if (version === undefined) throw new Deno.errors.NotFound(program);
    const stderr = `openjdk version "${version}" 2025-04-15\n`;
    return Promise.resolve({ code: 0, stdout: "", stderr });
  };
}

function homeOnly(name: string) {
  return name === "JAVA_HOME" ? "/jdk" : undefined;
}

Deno.test("`findJava()` prefers JAVA_HOME to PATH", async () => {
  const run = javas({ "/jdk/bin/java": "21.0.4", java: "17.0.15" });
  const { program, text } = await findJava(run, homeOnly, "linux");
  assertEquals([program, text], ["/jdk/bin/java", "21.0.4"]);
});

Deno.test("`findJava()` skips an old JAVA_HOME", async () => {
  const run = javas({ "/jdk/bin/java": "11.0.21", java: "17.0.15" });
  assertEquals((await findJava(run, homeOnly, "linux")).program, "java");
});

Deno.test("`findJava()` reports what it found and how to install Java", async () => {
  const run = javas({ java: "1.8.0_392" });
  const error = await assertRejects(
    () => findJava(run, homeOnly, "windows"),
    CommandError,
    "Kafka needs Java 17 or newer: found no working Java in JAVA_HOME, " +
      "no working Java in PATH",
  );
  assertEquals(
    error.next,
    "install it: winget install EclipseAdoptium.Temurin.17.JDK",
  );
  await assertRejects(
    () => findJava(run, () => undefined, "linux"),
    CommandError,
    "Kafka needs Java 17 or newer: found Java 1.8.0_392 in PATH",
  );
});
