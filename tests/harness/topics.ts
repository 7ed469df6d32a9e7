// Topics that are there, or gone, for certain.

import type kafkajs from "kafkajs";
import { withAdmin } from "./consumer.ts";
import { until } from "./until.ts";

/**
 * Asks a broker again until what it was asked for holds: a request may fail and
 * yet have done its work.
 *
 * @throws with the last refusal, where it never holds.
 */
async function askUntil(
  what: string,
  ask: () => Promise<unknown>,
  holds: () => Promise<boolean>,
): Promise<void> {
  let refusal: unknown = "none";
  try {
    await until(what, async () => {
      await ask().catch((error) => refusal = error);
      return await holds();
    });
  } catch (error) {
    throw new Error(
      `${what}: not so; the last refusal: ${Deno.inspect(refusal)}`,
      {
        cause: error,
      },
    );
  }
}

/** Creates a topic, also right after one of its name was deleted. */
export async function createTopic(
  bootstrap: string,
  config: kafkajs.ITopicConfig & { readonly numPartitions: number },
): Promise<void> {
  const { topic, numPartitions } = config;
  await withAdmin(bootstrap, (admin) =>
    askUntil(
      `the topic ${topic} has ${numPartitions} partitions with leaders`,
      () => admin.createTopics({ topics: [config], waitForLeaders: false }),
      async () => {
        const found = await admin.fetchTopicMetadata({ topics: [topic] })
          .catch(() => undefined);
        const led = found?.topics[0]?.partitions
          .filter(({ leader }) => leader >= 0);
        return led?.length === numPartitions;
      },
    ));
}

/** Deletes a topic: clients do not find it any more. */
export async function deleteTopic(
  bootstrap: string,
  topic: string,
): Promise<void> {
  await withAdmin(bootstrap, (admin) =>
    askUntil(
      `the topic ${topic} is gone`,
      () => admin.deleteTopics({ topics: [topic] }),
      async () => !(await admin.listTopics()).includes(topic),
    ));
}
