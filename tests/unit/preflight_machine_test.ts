import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { parseList } from "../../tasks/docker/list_containers.ts";
import {
  portsOf,
  requirePorts,
} from "../../tasks/stack/compose/preflight/host_ports.ts";
import {
  containerNames,
  requireNames,
} from "../../tasks/stack/compose/preflight/names.ts";
import {
  type FileFacts,
  type Files,
  requirePackages,
  requireReadable,
} from "../../tasks/stack/compose/preflight/readable.ts";

// Lines of `docker ps` of engine 20.10, and one range as older programs print.
const listed = parseList(
  "scratch\t\t\t127.0.0.1:27000->7000/tcp, 0.0.0.0:27500->7500/udp, " +
    "0.0.0.0:27600->7600/tcp, [::]:27600->7600/tcp\n" +
    "my-kafka\tours\tkafka\t9092/tcp, 127.0.0.1:9093->9093/tcp\n" +
    "old-ui\tolder\tkafka-ui\t0.0.0.0:8079-8081->8079-8081/tcp\n" +
    "crypto-producer\tolder\tcrypto-producer\t\n",
);

Deno.test("`parseList()` reads names, projects and TCP ports", () => {
  assertEquals(listed.map(({ hostPorts }) => hostPorts), [
    [27000, 27600, 27600],
    [9093],
    [8079, 8080, 8081],
    [],
  ]);
  assertEquals(listed[1]?.project, "ours");
});

const look = {
  containers: listed,
  project: "ours",
  isFree: (port: number) => Promise.resolve(port !== 2181),
  ownerOf: () => Promise.resolve<string | undefined>("pid 812 (java)"),
};
const cases: [string, Parameters<typeof portsOf>[0], string, string][] = [
  [
    "a process",
    { zookeeper: 2181, kafka: 9093, ui: 18080 },
    "port 2181 must be free for zookeeper: its owner is pid 812 (java)",
    "ZOOKEEPER_HOST_PORT=12181",
  ],
  [
    "a container of another project",
    { kafka: 9093, ui: 8080 },
    "owner is the container old-ui (Compose project older)",
    "KAFKA_UI_HOST_PORT=18080",
  ],
  [
    "a container without a project",
    { kafka: 27000, ui: 18080 },
    "owner is the container scratch",
    "KAFKA_HOST_PORT=37000",
  ],
  [
    "another service of ours",
    { kafka: 19093, ui: 9093 },
    "owner is the container my-kafka",
    // 19093 is what the broker moves to.
    "KAFKA_UI_HOST_PORT=19094",
  ],
  [
    "two settings",
    { kafka: 60000, ui: 60000 },
    "KAFKA_HOST_PORT and KAFKA_UI_HOST_PORT are both 60000",
    "KAFKA_UI_HOST_PORT=20000",
  ],
];
for (const [name, ports, message, next] of cases) {
  Deno.test(`\`requirePorts()\` names the owner of a port: ${name}`, async () => {
    const failure = await assertRejects(
      () => requirePorts(portsOf(ports), look),
      CommandError,
    );
    assertStringIncludes(failure.message, message);
    assertStringIncludes(failure.next, next);
  });
}

Deno.test("`requirePorts()` accepts free ports and our own", async () => {
  await requirePorts(portsOf({ kafka: 9093, ui: 18080 }), look);
});

Deno.test("`requireNames()` refuses the container of another project", () => {
  const names = containerNames("crypto", false);
  assertEquals(names.includes("crypto-zookeeper"), true);
  assertEquals(containerNames("crypto", true).length, 3);
  const failure = assertThrows(
    () => requireNames(names, "ours", listed),
    CommandError,
  );
  assertStringIncludes(failure.message, "the name crypto-producer is taken");
  assertStringIncludes(failure.next, "STACK_NAME");
  requireNames(names, "older", listed);
  requireNames(containerNames("my", true), "ours", listed);
});

/** Files by path; a mode with 0o40000 is a folder. */
function filesOf(
  modes: Readonly<Record<string, number>>,
  uid = 1000,
): Files {
  const facts = (mode: number): FileFacts => ({
    isDirectory: (mode & 0o40000) !== 0,
    isSymlink: (mode & 0o20000) !== 0,
    mode,
    uid,
    gid: 100,
  });
  return {
    lstat: (path) => {
      const mode = modes[path];
      return mode === undefined ? undefined : facts(mode);
    },
    list: (path) =>
      Object.keys(modes)
        .filter((one) => one.slice(0, one.lastIndexOf("/")) === path)
        .map((one) => one.slice(path.length + 1)),
  };
}

const open = {
  "/p": 0o40711,
  "/p/producer": 0o40755,
  "/p/producer/main.ts": 0o100644,
  "/p/producer/sources": 0o40755,
  "/p/producer/sources/mod.ts": 0o100644,
  "/p/vendor": 0o40755,
  "/p/vendor/jsr.io": 0o40755,
  "/p/node_modules": 0o40755,
  "/p/node_modules/kafkajs": 0o40755,
  "/p/node_modules/kafkajs/package.json": 0o100644,
  "/p/node_modules/link": 0o20700,
  "/p/deno.json": 0o100644,
  "/p/deno.lock": 0o100644,
  "/p/README.md": 0o100600,
};

const closed: [string, Record<string, number>, string][] = [
  ["a deep file", { "/p/producer/sources/mod.ts": 0o100640 }, "producer"],
  ["a folder without x", { "/p/vendor/jsr.io": 0o40754 }, "vendor"],
  ["a folder without r", { "/p/node_modules": 0o40751 }, "node_modules"],
  ["two", { "/p/.env": 0o100600, "/p/deno.lock": 0o100600 }, "deno.lock .env"],
  ["a secret", { "/p/secrets": 0o40755, "/p/secrets/k": 0o100600 }, "secrets"],
];
for (const [name, change, what] of closed) {
  Deno.test(`\`requireReadable()\` finds what user 1993 cannot read: ${name}`, () => {
    const files = filesOf({ ...open, ...change });
    const failure = assertThrows(
      () => requireReadable("/p", files),
      CommandError,
    );
    assertEquals(
      failure.next,
      `make it readable: cd /p && chmod -R o+rX ${what}`,
    );
    // As the owner, that user needs no rights for others.
    requireReadable("/p", filesOf({ ...open, ...change, "/p": 0o40700 }, 1993));
  });
}

Deno.test("`requireReadable()` requires access to the project folder", () => {
  requireReadable("/p", filesOf(open));
  const say = (modes: Record<string, number>) =>
    assertThrows(() => requireReadable("/p", filesOf(modes)), CommandError)
      .next;
  assertEquals(
    say({ ...open, "/p": 0o40700 }),
    "make it readable: cd /p && chmod o+x .",
  );
  assertEquals(
    say({ ...open, "/p": 0o40700, "/p/vendor": 0o40700 }),
    "make it readable: cd /p && chmod o+x . && chmod -R o+rX vendor",
  );
});

Deno.test("`requirePackages()` requires both folders, complete", () => {
  requirePackages("/p", filesOf(open));
  for (
    const [gone, folder] of [
      ["/p/vendor/jsr.io", "vendor"],
      ["/p/node_modules/kafkajs/package.json", "node_modules"],
    ] as const
  ) {
    const { [gone]: _, ...rest } = open;
    const failure = assertThrows(
      () => requirePackages("/p", filesOf(rest)),
      CommandError,
    );
    assertStringIncludes(failure.message, `${folder}/`);
    assertEquals(failure.next, "install them: deno task deps");
  }
});
