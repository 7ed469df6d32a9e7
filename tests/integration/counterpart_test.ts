import { assertEquals, assertStringIncludes } from "@std/assert";
import { createServer } from "node:http";
import type { Counterpart } from "../../kafka/counterpart.ts";
import { lookAt } from "../../kafka/examine.ts";
import { type Address, formatAddress } from "../../lib/address.ts";
import { producerArgs } from "../../tasks/producer/producer_args.ts";
import { testDir } from "../harness/broker.ts";
import { makeAuthority } from "../harness/certificates.ts";
import { deno, task } from "../harness/clone.ts";
import {
  answers,
  type LittleServer,
  type LittleServerOptions,
  startLittleServer,
} from "../harness/little_servers.ts";
import { startProducer } from "../harness/producer.ts";

const badRequest = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

/** As Node's and nginx's: any bytes that are not HTTP get an answer. */
const eagerHttp = answers(() => badRequest);
/** As Python's: waits for the end of a line. */
const patientHttp = answers((text) =>
  text.includes("\r\n") ? badRequest : undefined
);
const pgError = "E\0\0\0\x32SFATAL\0VFATAL\0C0A000\0Munsupported\0\0";

const plain: readonly (readonly [
  string,
  LittleServerOptions["onConnection"],
  Counterpart,
])[] = [
  ["an eager HTTP server", eagerHttp, {
    kind: "other",
    name: "an HTTP server",
  }],
  ["a patient HTTP server", patientHttp, {
    kind: "other",
    name: "an HTTP server",
  }],
  ["SSH", (socket) => socket.write("SSH-2.0-OpenSSH_9.2p1\r\n"), {
    kind: "other",
    name: "an SSH server",
  }],
  ["PostgreSQL's N", answers((text) => text.length === 8 ? "N" : undefined), {
    kind: "other",
    name: "a PostgreSQL server",
  }],
  ["PostgreSQL's error", answers(() => pgError), {
    kind: "other",
    name: "a PostgreSQL server",
  }],
  ["MySQL", (socket) => socket.write("\x4a\0\0\0\x0a8.0.36\0", "latin1"), {
    kind: "other",
    name: "a MySQL server",
  }],
  ["SMTP", (socket) => socket.write("220 mx.example ESMTP Postfix\r\n"), {
    kind: "other",
    name: "an SMTP server",
  }],
  [
    "Redis",
    answers((text) =>
      text.includes("\n") ? "-ERR unknown command\r\n" : undefined
    ),
    { kind: "other", name: "a Redis server" },
  ],
  [
    "ZooKeeper",
    answers((text) =>
      text === "srvr" ? "Zookeeper version: 3.8.4\n" : undefined
    ),
    { kind: "other", name: "ZooKeeper" },
  ],
  ["a silent server", undefined, { kind: "silent" }],
  ["a closing server", (socket) => socket.end(), { kind: "closed" }],
  ["a resetting server", (socket) => socket.resetAndDestroy(), {
    kind: "closed",
  }],
];

Deno.test("lookAt() recognises servers, with TLS configured or without", async (t) => {
  for (const [what, onConnection, expected] of plain) {
    await t.step(what, async () => {
      await using server = await startLittleServer(
        onConnection && { onConnection },
      );
      for (const tls of [false, true]) {
        assertEquals(await lookAt(server.address, tls), expected, `${tls}`);
      }
    });
  }
  await t.step("Node's own HTTP server", async () => {
    const server = createServer((_, response) => response.end("hello"));
    const ready = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", ready.resolve);
    await ready.promise;
    const { port } = server.address() as { port: number };
    const found = await lookAt({ host: "127.0.0.1", port }, false);
    assertEquals(found, { kind: "other", name: "an HTTP server" });
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    server.closeAllConnections();
    await closed.promise;
  });
});

Deno.test("lookAt() recognises what is behind TLS", async (t) => {
  await using folder = await testDir();
  const authority = await makeAuthority(folder.path);
  const pair = await authority.issue({ name: "server" });
  const tls = {
    cert: await Deno.readTextFile(pair.cert),
    key: await Deno.readTextFile(pair.key),
  };
  const rows: readonly (readonly [
    string,
    LittleServerOptions["onConnection"],
    readonly [Counterpart, Counterpart],
  ])[] = [
    ["HTTPS", eagerHttp, [
      { kind: "other", name: "an HTTP server, behind TLS" },
      { kind: "other", name: "an HTTP server" },
    ]],
    ["HTTPS that waits", patientHttp, [
      { kind: "other", name: "an HTTP server, behind TLS" },
      { kind: "other", name: "an HTTP server, behind TLS" },
    ]],
    ["silence", undefined, [{ kind: "tls" }, { kind: "tls" }]],
  ];
  for (const [what, onConnection, expected] of rows) {
    await t.step(what, async () => {
      await using server = await startLittleServer({
        tls,
        ...onConnection && { onConnection },
      });
      assertEquals(
        [
          await lookAt(server.address, false),
          await lookAt(server.address, true),
        ],
        expected,
      );
    });
  }
});

/** What a producer says of the server behind its broker's address. */
async function reasonsOf(address: Address, part: string): Promise<void> {
  const bootstrap = formatAddress(address);
  await using producer = startProducer({ broker: { bootstrap } });
  await producer.untilStatus(
    `"${part}" as a reason`,
    ({ ready, reasons }) =>
      !ready && reasons.some((reason) => reason.includes(part)),
  );
  assertEquals(await producer.statusOf("/ready"), 503);
  const warning = producer.lines.find(({ level, message }) =>
    level === "WARN" && message === "Kafka does not accept records; they wait"
  );
  assertStringIncludes(String(warning?.reason), `${bootstrap} ${part}`);
}

Deno.test("a producer names the server behind its broker's address", async (t) => {
  const servers: readonly (readonly [string, () => Promise<LittleServer>])[] = [
    ["is an HTTP server", () => startLittleServer({ onConnection: eagerHttp })],
    [
      "is an HTTP server",
      () => startLittleServer({ onConnection: patientHttp }),
    ],
    // Its first bytes could be a size of Kafka's.
    ["is an HTTP/2 server", () =>
      startLittleServer({
        onConnection: (socket) =>
          socket.write(new Uint8Array([0, 0, 18, 4, 0, 0, 0, 0, 0])),
      })],
    ["is an SSH server", () =>
      startLittleServer({
        onConnection: (socket) => socket.write("SSH-2.0-x\r\n"),
      })],
    ["accepts connections and says nothing", () => startLittleServer()],
    [
      "accepts connections and closes them at once",
      () => startLittleServer({ onConnection: (socket) => socket.end() }),
    ],
  ];
  for (const [part, start] of servers) {
    await t.step(part, async () => {
      await using server = await start();
      await reasonsOf(server.address, part);
    });
  }
});

Deno.test("`produce --check` and `verify` name it too", async () => {
  await using server = await startLittleServer({ onConnection: patientHttp });
  const bootstrap = formatAddress(server.address);
  const env = { KAFKA_BOOTSTRAP_SERVERS: bootstrap, ADMIN_ADDRESS: "off" };
  const check = await deno([...producerArgs, "--check"], env);
  assertStringIncludes(
    check.stderr,
    `${bootstrap} is an HTTP server, not a Kafka broker`,
  );
  assertStringIncludes(check.stderr, "Next: set KAFKA_BOOTSTRAP_SERVERS");
  assertEquals(check.code, 1);
  assertStringIncludes(check.stdout, `KAFKA_BOOTSTRAP_SERVERS=${bootstrap}\n`);
  const verify = await task("verify", [], env);
  assertStringIncludes(verify.stdout, `${bootstrap} is an HTTP server`);
  assertEquals(verify.code, 1);
});

Deno.test("`produce --check` passes without a broker, and says so", async () => {
  const { code, stderr } = await deno([...producerArgs, "--check"], {
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9",
  });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "warning: Kafka does not respond");
  assertStringIncludes(stderr, "127.0.0.1:9");
});
