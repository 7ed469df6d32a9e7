import { assertEquals } from "@std/assert";
import { mavenVariables } from "../../tasks/stack/native/maven_variables.ts";
import { hostile } from "../fakes/hostile_variables.ts";

const proxy = "-Dhttps.proxyHost=proxy -Dhttps.proxyPort=3128";
const store = "-Djavax.net.ssl.trustStore=/etc/company.jks";

const rows: [string, Record<string, string>, {
  options?: string;
  args?: string[];
  from: string[];
}][] = [
  ["nothing", {}, { from: [] }],
  ["a proxy and a truststore, without memory and agents", {
    MAVEN_OPTS: `-Xmx1k ${proxy} -javaagent:x.jar`,
    JAVA_TOOL_OPTIONS: `"${store}" -Dx=y`,
  }, {
    options: `${proxy} ${store}`,
    from: ["MAVEN_OPTS", "JAVA_TOOL_OPTIONS"],
  }],
  ["a value with a blank, which Maven's script would split", {
    _JAVA_OPTIONS: "'-Djavax.net.ssl.trustStore=/my files/x'",
  }, { from: [] }],
  ["settings, without goals", {
    MAVEN_ARGS: "clean -s '/my files/s.xml' --global-settings=g.xml -o -gs",
  }, {
    args: ["-s", "/my files/s.xml", "--global-settings=g.xml"],
    from: ["MAVEN_ARGS"],
  }],
];

for (const [row, env, { options, args = [], from }] of rows) {
  Deno.test(`\`mavenVariables()\` takes ${row}`, () => {
    assertEquals(mavenVariables((name) => env[name]), { options, args, from });
  });
}

Deno.test("`mavenVariables()` takes no hostile option", () => {
  const { options, args } = mavenVariables((name) => hostile[name]);
  assertEquals(options, "-Dhttp.keepAlive=true");
  assertEquals(args, ["-Dmaven.wagon.http.pool=true"]);
});
