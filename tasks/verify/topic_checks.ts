// The checks of the broker and the topic.

import { differences } from "../../kafka/topic_admin.ts";
import {
  silentBroker,
  startBroker,
  startStack,
} from "../../lib/fault_words.ts";
import { fail, type Finding, ok, skip } from "./finding.ts";
import type { Observations } from "./observations.ts";

function setupCommand({ target }: Observations): string {
  return target === "native"
    ? "deno task setup --stack=native"
    : "deno task setup";
}

export function checkBroker(observed: Observations): Finding {
  const { bootstrap, target, topic, addressFault } = observed;
  if (topic.ok) return ok(`${bootstrap} responds`);
  const isOwn = target !== "elsewhere";
  if (addressFault && !(isOwn && addressFault.mayBeBroker)) {
    return fail(addressFault.what, addressFault.next);
  }
  return fail(
    addressFault?.what ?? silentBroker(bootstrap, topic.error),
    isOwn ? startStack(setupCommand(observed)) : startBroker,
  );
}

/** The topic exists and accepts writes on each partition. */
export function checkTopic(observed: Observations): Finding {
  const { topic, spec, addressFault } = observed;
  if (addressFault) return skip("no broker to ask for it");
  if (!topic.ok) return skip("the broker does not respond");
  if (topic.value === undefined) {
    return fail(
      `${spec.name} does not exist`,
      `create it: ${setupCommand(observed)} (or start the producer)`,
    );
  }
  const { partitions } = topic.value;
  const needed = Number(spec.config["min.insync.replicas"]);
  const down = partitions.filter((p) => p.leader < 0 || p.inSync < needed);
  if (down.length > 0) {
    const ids = down.map((p) => p.id).join(", ");
    return fail(
      `${spec.name} accepts no writes on partition ${ids}: too few replicas ` +
        "are in sync",
      "start the missing brokers: deno task status",
    );
  }
  return ok(`${spec.name}, partitions: ${partitions.length}`);
}

export function checkSettings(observed: Observations): Finding {
  const { topic, spec } = observed;
  if (!topic.ok || topic.value === undefined) return skip("no topic to check");
  const found = differences(spec, topic.value);
  return found.length === 0 ? ok("match the topic specification") : fail(
    `differ (actual -> expected): ${found.join("; ")}`,
    `correct them: ${setupCommand(observed)}`,
  );
}
