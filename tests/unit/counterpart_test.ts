import { assertEquals } from "@std/assert";
import {
  apiVersionsRequest,
  canBeKafka,
  excerptOf,
  isTls,
  kafkaOf,
  serverOf,
} from "../../kafka/counterpart.ts";

const utf8 = new TextEncoder();

function bytesOf(first: string | readonly number[], rest = ""): Uint8Array {
  const begin = typeof first === "string" ? utf8.encode(first) : first;
  return new Uint8Array([...begin, ...utf8.encode(rest)]);
}

/** What servers send: a greeting, or the answer to something else. */
const servers: readonly (readonly [Uint8Array, string])[] = [
  [bytesOf("HTTP/1.1 400 Bad Request\r\n\r\n"), "an HTTP server"],
  [bytesOf("<!DOCTYPE HTML>\n<html>"), "an HTTP server"],
  [bytesOf("<html><title>400</title>"), "an HTTP server"],
  [
    bytesOf(
      "HTTP/1.0 200 OK\r\n\r\nIt looks like you are trying to access " +
        "MongoDB over HTTP on the native driver port.",
    ),
    "a MongoDB server",
  ],
  [bytesOf([0, 0, 18, 4, 0, 0, 0, 0, 0], "\0\x03"), "an HTTP/2 server"],
  [bytesOf([0, 0, 0, 4, 0, 0, 0, 0, 0]), "an HTTP/2 server"],
  [bytesOf("SSH-2.0-OpenSSH_9.2p1\r\n"), "an SSH server"],
  [bytesOf("Zookeeper version: 3.8.4"), "ZooKeeper"],
  [
    bytesOf("This ZooKeeper instance is not currently serving requests\n"),
    "ZooKeeper",
  ],
  [
    bytesOf("srvr is not executed because it is not in the whitelist.\n"),
    "ZooKeeper",
  ],
  [
    bytesOf([0x45, 0, 0, 0, 0x8a], "SFATAL\0VFATAL\0C0A000\0Munsupported"),
    "a PostgreSQL server",
  ],
  [bytesOf("EFATAL:  unsupported frontend protocol"), "a PostgreSQL server"],
  [bytesOf([0x4a, 0, 0, 0, 10], "8.0.36\0"), "a MySQL server"],
  [
    bytesOf([0x45, 0, 0, 0, 0xff, 0x6a, 4], "Host '1.2.3.4' is"),
    "a MySQL server",
  ],
  [bytesOf("-ERR unknown command"), "a Redis server"],
  [bytesOf("-NOAUTH Authentication required.\r\n"), "a Redis server"],
  [bytesOf("-DENIED Redis is running in protected mode"), "a Redis server"],
  [bytesOf("AMQP\0\0\x09\x01"), "an AMQP server (RabbitMQ)"],
  [bytesOf('INFO {"server_id":"N"}\r\n'), "a NATS server"],
  [bytesOf("ERROR\r\n"), "a memcached server"],
  [bytesOf("220 mail.example ESMTP Postfix\r\n"), "an SMTP server"],
  [bytesOf("220 (vsFTPd 3.0.5)\r\n"), "an FTP server"],
  [bytesOf("220 welcome\r\n"), "an SMTP or FTP server"],
  [bytesOf("+OK Dovecot ready.\r\n"), "a POP3 server"],
  [bytesOf("* OK [CAPABILITY IMAP4rev1]\r\n"), "an IMAP server"],
  [bytesOf("RFB 003.008\n"), "a VNC server"],
];

for (const [bytes, name] of servers) {
  Deno.test(`serverOf() recognises ${name} by ${excerptOf(bytes)}`, () => {
    assertEquals(serverOf(bytes), name);
    assertEquals(isTls(bytes), false);
  });
}

/** ApiVersions, version 0, with the given keys. */
function apiVersions(keys: readonly number[], error = 0): Uint8Array {
  const size = 10 + 6 * keys.length;
  const bytes = new Uint8Array(4 + size);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, size);
  // The request's own number comes back.
  bytes.set(apiVersionsRequest().subarray(8, 12), 4);
  view.setInt16(8, error);
  view.setInt32(10, keys.length);
  keys.forEach((key, index) => view.setInt16(14 + 6 * index, key));
  return bytes;
}

Deno.test("serverOf() has no name for Kafka's responses, whatever their size", () => {
  for (let keys = 0; keys < 120; keys++) {
    const response = apiVersions(Array.from({ length: keys }, (_, k) => k));
    assertEquals(serverOf(response), undefined);
    assertEquals(isTls(response), false);
    assertEquals(canBeKafka(response), true);
  }
});

Deno.test("serverOf() has no name for nothing and for noise", () => {
  const unknown = ["", "hello\n", "\0\0", "\x83\0\0", "\xff\xfd\x18", "{}"];
  for (const text of unknown) {
    assertEquals(serverOf(bytesOf(text)), undefined);
  }
});

Deno.test("kafkaOf() takes only a complete response to its own request", () => {
  const broker = apiVersions([0, 1, 3, 18]);
  assertEquals(kafkaOf(broker), "kafka");
  assertEquals(kafkaOf(apiVersions([1, 18, 52, 53])), "controller");
  assertEquals(kafkaOf(apiVersions([], 35)), "kafka");
  assertEquals(kafkaOf(broker.subarray(0, broker.length - 1)), undefined);
  assertEquals(kafkaOf(new Uint8Array()), undefined);
  const other = broker.slice();
  other[5] = 0;
  assertEquals(kafkaOf(other), undefined);
  for (const [bytes] of servers) assertEquals(kafkaOf(bytes), undefined);
});

Deno.test("canBeKafka() refuses what no response begins with", () => {
  const isIt = (bytes: number[]) => canBeKafka(new Uint8Array(bytes));
  assertEquals([isIt([0, 0, 1, 0x90]), isIt([0])], [true, true]);
  // HTTP, a TLS alert, a negative size.
  assertEquals(isIt([0x48, 0x54, 0x54, 0x50]), false);
  assertEquals(isIt([0x15, 3, 3, 0, 2]), false);
  assertEquals(isIt([0xff, 0xff, 0xff, 0xff]), false);
});

Deno.test("isTls() knows alerts and handshakes", () => {
  assertEquals(isTls(new Uint8Array([0x15, 3, 3, 0, 2, 2, 70])), true);
  assertEquals(isTls(new Uint8Array([0x16, 3, 3, 0, 90, 2])), true);
  assertEquals(isTls(new Uint8Array([0x16])), false);
});

Deno.test("excerptOf() shows a text, else bytes, and no control characters", () => {
  assertEquals(excerptOf(bytesOf("hello \x1b[31m\r\nyou")), '"hello [31m you"');
  assertEquals(excerptOf(new Uint8Array([1, 2, 255])), "0x0102ff");
});
