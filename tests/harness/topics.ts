// Topics that are there, or gone, for certain.

import type kafkajs from "kafkajs";
import { withAdmin } from "./consumer.ts";
import { until } from "./until.ts";

/**
 * Creates a topic, also right after one of its name was deleted.
 *
 * An attempt may fail and the topic be there: its partitions' leaders decide.
 */
export async function createTopic(
  bootstrap: string,
  config: kafkajs.ITopicConfig & { readonly numPartitions: number },
): Promise<void> {
  const { topic, numPartitions } = config;
  await withAdmin(
    bootstrap,
    (admin) =>
      until(`the topic ${topic} is created`, async () => {
        await admin.createTopics({ topics: [config], waitForLeaders: false })
          .catch(() => {});
        const found = await admin.fetchTopicMetadata({ topics: [topic] })
          .catch(() => undefined);
        const led = found?.topics[0]?.partitions
          .filter(({ leader }) => leader >= 0);
        return led?.length === numPartitions;
      }),
  );
}

/** Deletes a topic: clients do not find it any more. */
export async function deleteTopic(
  bootstrap: string,
  topic: string,
): Promise<void> {
  await withAdmin(
    bootstrap,
    (admin) =>
      until(`the topic ${topic} is deleted`, async () => {
        await admin.deleteTopics({ topics: [topic] }).catch(() => {});
        return !(await admin.listTopics()).includes(topic);
      }),
  );
}
