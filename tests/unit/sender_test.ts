import { assertEquals, assertRejects } from "@std/assert";
import { createSender, type ProducerPort } from "../../kafka/sender.ts";
import type { Batch } from "../../producer/outbox/outbox.ts";
import { record } from "../fakes/samples.ts";

function batchOf(...numbers: number[]): Batch {
  return numbers.map((seq) => ({ seq, bytes: 1, record: record(seq) }));
}

Deno.test("`createSender()` keeps a batch in its partition when the topic grows", async () => {
  const sent: number[] = [];
  let chosen = 3;
  let made = 0;
  let fails = true;
  const sender = createSender({
    makeProducer(partitionOf): ProducerPort {
      made++;
      return {
        connect: () => Promise.resolve(),
        disconnect: () => Promise.resolve(),
        send: ({ messages }) => {
          const [partition = -1] = messages.map(() => partitionOf(chosen));
          sent.push(partition);
          return fails
            ? Promise.reject(new Error("no response"))
            : Promise.resolve([{ partition, baseOffset: "41" }]);
        },
      };
    },
    cut: () => {},
    guarded: (work) => work(),
  });
  const batch = batchOf(1, 2);
  await assertRejects(() => sender.send(batch), Error, "no response");
  chosen = 5;
  fails = false;
  const at = await sender.send(batch);
  assertEquals(at, { partition: 3, baseOffset: 41n });
  await sender.send(batchOf(3));
  assertEquals(sent, [3, 3, 5]);
  await sender.renew();
  chosen = 6;
  await sender.send(batch);
  assertEquals([sent.at(-1), made], [6, 2], "a new identity chooses again");
});
