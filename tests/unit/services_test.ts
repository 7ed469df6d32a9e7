import { assert, assertEquals } from "@std/assert";
import composeYaml from "../../compose.yaml" with { type: "text" };
import kraftYaml from "../../compose.kraft.yaml" with { type: "text" };
import { serviceFacts, servicesOf } from "../../tasks/stack/services.ts";

/** The text of each service, by name. */
function sections(yaml: string): Map<string, string> {
  const [, all = ""] = /^services:\n([\s\S]*?)^\w/m.exec(yaml) ?? [];
  return new Map(
    all.split(/^(?= {2}[\w-]+:$)/m).flatMap((text) => {
      const name = /^ {2}([\w-]+):$/m.exec(text)?.[1];
      return name === undefined ? [] : [[name, text]];
    }),
  );
}

function volumesOf(yaml: string): string[] {
  const [, list = ""] = /^volumes:\n([\s\S]*)$/m.exec(yaml) ?? [];
  return [...list.matchAll(/^ {2}([\w-]+):/gm)].map(([, name = ""]) => name);
}

const main = sections(composeYaml);
const kraft = sections(kraftYaml);

Deno.test("the table has the services of compose.yaml, each with its port, profile, memory and name", () => {
  const inOrder = serviceFacts.map(({ name }) => name);
  assertEquals([...main.keys()].toSorted(), inOrder.toSorted());
  for (const { name, part, published, profile, memory } of serviceFacts) {
    const text = main.get(name) ?? "";
    const port = /^ {4}ports: \["127\.0\.0\.1:\$\{(\w+):-\d+\}:(\d+)"\]$/m
      .exec(text);
    assertEquals(
      port?.slice(1) ?? [],
      published ? [published.setting, String(published.inside)] : [],
      name,
    );
    assertEquals(
      /^ {4}profiles: \[(.*)\]$/m.exec(text)?.[1],
      profile,
      name,
    );
    const [, limit, unit] = /^ {4}mem_limit: (\d+)([mg])$/m.exec(text) ?? [];
    assertEquals(Number(limit) * (unit === "g" ? 1024 : 1), memory, name);
    assert(text.includes(`container_name: \${STACK_NAME:-crypto}-${part}\n`));
  }
});

Deno.test("the table has the volumes of both Compose files", () => {
  const named = serviceFacts.flatMap(({ volumes }) => volumes);
  const all = new Set([...volumesOf(composeYaml), ...volumesOf(kraftYaml)]);
  assertEquals(named.toSorted(), [...all].toSorted());
});

Deno.test("compose.kraft.yaml has the same services without ZooKeeper", () => {
  const profiles = serviceFacts.flatMap(({ profile }) => profile ?? []);
  assertEquals(
    servicesOf({ isKraft: true, profiles }).map(({ name }) => name).toSorted(),
    [...kraft.keys()].toSorted(),
  );
});

Deno.test("`servicesOf()` has a profile's services only while it is in use", () => {
  const names = (...profiles: string[]) =>
    servicesOf({ isKraft: false, profiles }).map(({ name }) => name);
  const plain = ["zookeeper", "kafka", "kafka-ui", "crypto-producer"];
  assertEquals(names(), plain);
  assertEquals(names("observe"), [
    ...plain,
    "crypto-prometheus",
    "crypto-grafana",
  ]);
});
