import { assert, assertEquals } from "@std/assert";
import {
  apiVersionsRequest,
  type Counterpart,
} from "../../kafka/counterpart.ts";
import {
  type Exchange,
  type Heard,
  identify,
  type RunExchange,
} from "../../kafka/identify.ts";

const address = { host: "127.0.0.1", port: 9092 };
const latin1 = new TextDecoder("latin1");

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function isApiVersions({ send }: Exchange): boolean {
  return send[5] === 18 && send.length === 14;
}

/** ApiVersions with the keys Produce and ApiVersions. */
const kafka = latin1.decode(
  new Uint8Array([
    ...[0, 0, 0, 22, ...apiVersionsRequest().subarray(8, 12), 0, 0, 0, 0, 0, 2],
    ...[0, 0, 0, 0, 0, 9, 0, 18, 0, 0, 0, 4],
  ]),
);

/** A server that answers a plan with a text, or not at all. */
function server(
  answer: (plan: Exchange, sent: string) => string | undefined,
  otherwise: Heard["end"] = "closed",
): { run: RunExchange; plans: Exchange[] } {
  const plans: Exchange[] = [];
  return {
    plans,
    run(plan) {
      plans.push(plan);
      const bytes = bytesOf(answer(plan, latin1.decode(plan.send)) ?? "");
      const end = plan.enough(bytes) ? "done" : otherwise;
      const code = end === "unreachable" ? "ECONNREFUSED" : "";
      return Promise.resolve({ bytes, end, code });
    },
  };
}

const tlsAlert = "\x15\x03\x03\x00\x02\x02\x46";
const rows: readonly (readonly [
  string,
  boolean,
  Parameters<typeof server>,
  Counterpart,
])[] = [
  ["Kafka", false, [(plan) => isApiVersions(plan) ? kafka : ""], {
    kind: "kafka",
    tls: false,
  }],
  [
    "Kafka without TLS, to a client with it",
    true,
    [(plan) => isApiVersions(plan) && !plan.tls ? kafka : ""],
    { kind: "kafka", tls: false },
  ],
  [
    "Kafka with TLS that sends alerts, to a client without it",
    false,
    [(plan) => !plan.tls ? tlsAlert : isApiVersions(plan) ? kafka : ""],
    { kind: "kafka", tls: true },
  ],
  [
    "Kafka with TLS that closes, to a client without it",
    false,
    [(plan, sent) => {
      if (plan.tls) return isApiVersions(plan) ? kafka : "";
      return sent.startsWith("\x16\x03") ? "\x16\x03\x03\x00\x5a\x02" : "";
    }],
    { kind: "kafka", tls: true },
  ],
  [
    "an HTTPS server",
    false,
    [(plan, sent) => {
      if (!plan.tls) return tlsAlert;
      return sent.startsWith("GET ") ? "HTTP/1.1 200 OK" : "";
    }],
    { kind: "other", name: "an HTTP server, behind TLS" },
  ],
  ["TLS that lets no one in", false, [(plan) => plan.tls ? "" : tlsAlert], {
    kind: "tls",
  }],
  [
    "an HTTP server that waits for a line",
    false,
    [(_, sent) => sent.includes("\n") ? "HTTP/1.1 200 OK" : "", "silent"],
    { kind: "other", name: "an HTTP server" },
  ],
  [
    "ZooKeeper",
    false,
    [(_, sent) => sent === "srvr" ? "Zookeeper version: 3.8.4" : undefined],
    { kind: "other", name: "ZooKeeper" },
  ],
  [
    "PostgreSQL that has no TLS",
    false,
    [(_, sent) => sent.length === 8 ? "N" : undefined, "silent"],
    { kind: "other", name: "a PostgreSQL server" },
  ],
  ["a greeting", true, [(plan) => plan.tls ? "" : "SSH-2.0-x\r\n"], {
    kind: "other",
    name: "an SSH server",
  }],
  ["another protocol", false, [() => "hello there"], {
    kind: "unknown",
    says: '"hello there"',
  }],
  ["a silent server", false, [() => undefined, "silent"], { kind: "silent" }],
  ["a closing server", true, [() => undefined, "closed"], { kind: "closed" }],
  ["nothing", false, [() => undefined, "unreachable"], {
    kind: "unreachable",
    code: "ECONNREFUSED",
  }],
  ["nothing, with TLS", true, [() => undefined, "unreachable"], {
    kind: "unreachable",
    code: "ECONNREFUSED",
  }],
];

for (const [what, tls, behaviour, expected] of rows) {
  Deno.test(`identify() recognises ${what}`, async () => {
    const { run } = server(...behaviour);
    assertEquals(await identify(address, tls, run), expected);
  });
}

Deno.test("identify() asks a broker one question and nothing else", async () => {
  for (const tls of [true, false]) {
    const { run, plans } = server((plan) => isApiVersions(plan) ? kafka : "");
    assertEquals(await identify(address, tls, run), { kind: "kafka", tls });
    assertEquals(plans.map((plan) => plan.tls), [tls]);
    assert(isApiVersions(plans[0]!));
  }
});
