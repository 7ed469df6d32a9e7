// Creates the topic on a broker that was just started.

import { AddressError, asCommandError } from "../../kafka/address_error.ts";
import { createKafkaClient } from "../../kafka/client.ts";
import type { TopicChange } from "../../kafka/topic_admin.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";
import { delay } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Config } from "../../producer/config/config.ts";
import { progress } from "../cli/print.ts";

const deadlineMs = 60_000;
const pauseMs = 500;

/**
 * Creates the topic, or brings its settings in line. The broker's port opens
 * before its controller responds, on a busy machine long before: until the
 * deadline each error is a reason to try again, but for another server there.
 */
export async function ensureTopic(
  config: Config,
  port: number,
): Promise<TopicChange> {
  const client = createKafkaClient({
    brokers: [{ host: "localhost", port }],
    clientId: `${config.clientId}-setup`,
  });
  const deadline = performance.now() + deadlineMs;
  for (let isFirst = true;; isFirst = false) {
    try {
      return await client.ensureTopic(topicSpec(config.topic));
    } catch (error) {
      const isHopeless = error instanceof AddressError && error.isCertain;
      if (isHopeless || performance.now() > deadline) {
        throw asCommandError(error);
      }
      if (isFirst) progress(`Waiting for the topic: ${messageOf(error)}`);
      await delay(pauseMs);
    }
  }
}
