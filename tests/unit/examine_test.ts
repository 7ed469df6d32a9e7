import { assertEquals, assertStringIncludes } from "@std/assert";
import { AddressError, addressErrorOf } from "../../kafka/address_error.ts";
import type { Counterpart } from "../../kafka/counterpart.ts";
import { type Examination, examine } from "../../kafka/examine.ts";
import { addressField, formatAddress } from "../../lib/address.ts";

const kafka: Counterpart = { kind: "kafka", tls: false };
const refused: Counterpart = { kind: "unreachable", code: "ECONNREFUSED" };
const unresolved: Counterpart = { kind: "unreachable", code: "ENOTFOUND" };
const http: Counterpart = { kind: "other", name: "an HTTP server" };

interface Case {
  readonly bootstrap: readonly string[];
  /** Address and whether it accepted a connection. */
  readonly failed: readonly (readonly [string, "open" | "unreachable"])[];
  readonly there?: Readonly<Record<string, Counterpart>>;
  readonly tls?: boolean;
}

async function examined(
  { bootstrap, failed, there = {}, tls = false }: Case,
): Promise<{ message: string | undefined; looked: string[] }> {
  const looked: string[] = [];
  const plan: Examination = {
    bootstrap: bootstrap.map(addressField),
    failed: failed.map(([address, state]) => ({
      address: addressField(address),
      isUnreachable: state === "unreachable",
    })),
    tls,
    look(address) {
      const name = formatAddress(address);
      looked.push(name);
      return Promise.resolve(there[name] ?? refused);
    },
  };
  return { message: (await examine(plan))?.message, looked };
}

const words: readonly (readonly [Counterpart, boolean, string, string])[] = [
  [
    http,
    false,
    "is an HTTP server, not a Kafka broker",
    "KAFKA_BOOTSTRAP_SERVERS",
  ],
  [{ kind: "kafka", tls: true }, false, "requires TLS", "set KAFKA_SSL=true"],
  [{ kind: "tls" }, false, "requires TLS", "set KAFKA_SSL=true"],
  [kafka, true, "without TLS", "unset KAFKA_SSL"],
  [{ kind: "controller", tls: false }, false, "KRaft controller", "KAFKA_BOOT"],
  [
    { kind: "unknown", says: '"hi"' },
    false,
    'it sends "hi"',
    "KAFKA_BOOTSTRAP",
  ],
  [{ kind: "silent" }, true, "accepts connections and says nothing", "check"],
  [{ kind: "closed" }, false, "closes them at once", "check what listens"],
];

for (const [found, tls, what, next] of words) {
  Deno.test(`examine() names ${found.kind} to a client ${tls ? "with" : "without"} TLS`, async () => {
    const { message = "", looked } = await examined({
      bootstrap: ["127.0.0.1:8080"],
      failed: [["127.0.0.1:8080", "open"]],
      there: { "127.0.0.1:8080": found },
      tls,
    });
    assertStringIncludes(message, "127.0.0.1:8080 ");
    assertStringIncludes(message, what);
    assertStringIncludes(message, next);
    assertEquals(looked.length, 1);
  });
}

Deno.test("examine() leaves a dead broker alone, and one that is Kafka's", async () => {
  const bootstrap = ["localhost:9093", "localhost:9094"];
  assertEquals(
    await examined({
      bootstrap,
      failed: [["localhost:9093", "unreachable"], ["other:1", "unreachable"], [
        "localhost:9094",
        "unreachable",
      ]],
    }),
    { message: undefined, looked: [] },
  );
  const { message } = await examined({
    bootstrap,
    failed: [["localhost:9093", "open"]],
    there: { "localhost:9093": kafka },
  });
  assertEquals(message, undefined);
});

const advertised: readonly (readonly [Counterpart, string])[] = [
  [unresolved, "a name that does not resolve here"],
  [refused, "where nothing is listening"],
  [
    { kind: "unreachable", code: "ETIMEDOUT" },
    "which cannot be reached from here",
  ],
  [http, "which is an HTTP server"],
];

for (const [found, part] of advertised) {
  Deno.test(`examine() names an advertised address, ${part}`, async () => {
    const { message = "" } = await examined({
      bootstrap: ["localhost:9", "127.0.0.1:9092"],
      failed: [["localhost:9", "unreachable"], ["kafka:29092", "unreachable"]],
      there: { "127.0.0.1:9092": kafka, "kafka:29092": found },
    });
    assertStringIncludes(
      message,
      `the broker at 127.0.0.1:9092 answers, but advertises kafka:29092, ${part}`,
    );
    assertStringIncludes(message, "KAFKA_ADVERTISED_LISTENERS");
  });
}

Deno.test("examine() does not blame an advertised address that works again", async () => {
  const { message } = await examined({
    bootstrap: ["127.0.0.1:9092"],
    failed: [["localhost:9092", "unreachable"]],
    there: { "127.0.0.1:9092": kafka, "localhost:9092": kafka },
  });
  assertEquals(message, undefined);
});

Deno.test("addressErrorOf() finds it behind other errors", () => {
  const error = new AddressError("what", "next", "silent");
  assertEquals(error.message, "what: next");
  const outer = new Error("outer", { cause: new Error("x", { cause: error }) });
  assertEquals(addressErrorOf(outer), error);
  assertEquals(addressErrorOf(new Error("other")), undefined);
});
