import { assertEquals } from "@std/assert";
import { parseDotenv } from "../../lib/dotenv.ts";
import { openOutbox } from "../../producer/outbox/open_outbox.ts";
import { peekOutbox } from "../../producer/outbox/peek_outbox.ts";
import { withMarked, withoutMarked } from "../../tasks/stack/env_file.ts";
import { captureLog } from "../fakes/log.ts";
import { record } from "../fakes/samples.ts";
import { testDir } from "../harness/broker.ts";

/**
 * Written by a producer that still counted UTF-16 units as bytes: records 1 and
 * 2 are acknowledged, 3 is rejected, 4 to 8 wait.
 */
const oldOutbox = new URL("../fixtures/outbox_schema_1.db", import.meta.url);

Deno.test("an outbox of an earlier version is read and drained", async () => {
  await using dir = await testDir();
  await Deno.copyFile(oldOutbox, `${dir.path}/outbox.db`);
  const { log, lines } = captureLog();
  {
    using outbox = openOutbox(dir.path, { records: 100, bytes: 1e9 }, log);
    const { depth, bytes, oldestMs } = outbox.state();
    assertEquals([depth, bytes], [5, 4 * 628 + 626]);
    assertEquals(oldestMs, record(4).timestampMs);
    assertEquals(outbox.takeInherited(), true);
    const topic = "crypto.prices.raw";
    assertEquals(outbox.topics(), [topic]);
    assertEquals(outbox.position(topic, 0), {
      next: 42n,
      lastId: record(2).id,
    });
    outbox.add(record(9));

    const batch = outbox.take({ records: 100, bytes: 1e9 })!;
    assertEquals(batch.map(({ seq }) => seq), [4, 5, 6, 7, 8, 9]);
    assertEquals(
      batch.map(({ record }) => record),
      [4, 5, 6, 7, 8, 9].map((n) => {
        const made = record(n);
        const value = made.value.replace('"bitcoin"', '"比特币 €"');
        return n === 5 ? { ...made, value } : made;
      }),
    );
    outbox.acknowledge(batch, { partition: 0, baseOffset: 42n });
    assertEquals([outbox.depth, outbox.state().bytes], [0, 0]);
  }
  assertEquals(lines, []);
  const peek = peekOutbox(dir.path);
  assertEquals([peek?.depth, peek?.rejected], [0, 1]);
});

Deno.test("an `.env` in which an earlier version kept what `setup` found is read", () => {
  const own = "# mine\nCRYPTO_IDS=bitcoin,ethereum\n";
  const text = `${own}\
# >>> written by deno task setup; deno task destroy removes it
KAFKA_HOST_PORT=19093
KAFKA_BOOTSTRAP_SERVERS=localhost:19093
# <<< written by deno task setup
`;
  const kept = {
    KAFKA_HOST_PORT: "19093",
    KAFKA_BOOTSTRAP_SERVERS: "localhost:19093",
  };
  const dotenv = parseDotenv(text);
  for (const [name, value] of Object.entries(kept)) {
    assertEquals(dotenv.get(name), value);
  }
  assertEquals(dotenv.get("CRYPTO_IDS"), "bitcoin,ethereum");
  assertEquals(withMarked(text, kept), text);
  assertEquals(withoutMarked(text), own);
});
