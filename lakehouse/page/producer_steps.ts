// The producer's part of the chain: pure.

import {
  noProducer,
  notReadyProducer,
  producerOff,
} from "../../lib/fault_words.ts";
import { numberAt, textAt, valueAt } from "../../lib/json.ts";
import type { ChainFacts, Figure, Step } from "./chain_types.ts";

/** The producer's part of the facts. */
export type Asked = Pick<ChainFacts, "producer" | "producerAddress">;

/** A figure; none where the value is not a number. */
export function figure(
  label: string,
  value: unknown,
  unit?: string,
): Figure[] {
  if (typeof value !== "number") return [];
  return [{ label, value, ...unit === undefined ? {} : { unit } }];
}

function unknown(head: Pick<Step, "id" | "title">, asked: Asked): Step {
  const { producer, producerAddress } = asked;
  if (producer === undefined) {
    const next = "set ADMIN_ADDRESS, for the producer and for lake run";
    return { ...head, state: "unknown", figures: [], cause: producerOff, next };
  }
  const error = producer.ok ? "" : producer.error;
  const fault = noProducer(producerAddress, error);
  return { ...head, state: "unknown", figures: [], ...fault };
}

/** Whether the outbox, and not the source, is what the producer complains of. */
function isKafkaAway(raw: unknown): boolean {
  return textAt(raw, "last_send_error") !== "" ||
    textAt(raw, "outbox", "disk_error") !== "" ||
    valueAt(raw, "outbox", "full") === true;
}

/** The step of the polls. */
export function sourceStep(asked: Asked): Step {
  const head = { id: "source", title: "Source" } as const;
  const { producer } = asked;
  if (!producer?.ok) return unknown(head, asked);
  const { raw, ready, reasons, pid } = producer.value;
  const error = textAt(raw, "last_poll_error");
  const deviation = valueAt(raw, "last_slot_deviation_seconds");
  const deviationMs = typeof deviation === "number"
    ? Math.round(deviation * 1_000)
    : undefined;
  const figures = [
    ...figure("last poll", valueAt(raw, "last_sample_age_seconds"), "s ago"),
    ...figure("every", producer.value.intervalSeconds, "s"),
    ...figure("slot deviation", deviationMs, "ms"),
    ...numberAt(raw, "failures_in_a_row") > 0
      ? figure("failures in a row", valueAt(raw, "failures_in_a_row"))
      : [],
  ];
  if (!ready && (error !== "" || !isKafkaAway(raw))) {
    const fault = notReadyProducer(`runs, pid ${pid}`, reasons);
    return { ...head, state: "fail", figures, ...fault };
  }
  if (error === "") return { ...head, state: "ok", figures };
  return {
    ...head,
    state: "warn",
    figures,
    cause: `the last poll failed: ${error}`,
    next: "wait for the next one: it is tried again by itself",
  };
}

/** The step of the queue on disk. */
export function outboxStep(asked: Asked): Step {
  const head = { id: "outbox", title: "Outbox" } as const;
  const { producer } = asked;
  if (!producer?.ok) return unknown(head, asked);
  const { raw, ready, reasons, pid, published } = producer.value;
  const figures = [
    ...figure("waiting", valueAt(raw, "outbox", "depth"), "records"),
    ...figure("size", valueAt(raw, "outbox", "bytes"), "bytes"),
    ...figure(
      "oldest",
      valueAt(raw, "outbox", "oldest_age_seconds"),
      "s ago",
    ),
    ...figure("published", published, "records"),
  ];
  const isFailing = textAt(raw, "outbox", "disk_error") !== "" ||
    valueAt(raw, "outbox", "full") === true;
  if (!ready && isKafkaAway(raw)) {
    const fault = notReadyProducer(`runs, pid ${pid}`, reasons);
    // Records that wait on disk are safe.
    return { ...head, state: isFailing ? "fail" : "warn", figures, ...fault };
  }
  const error = textAt(raw, "last_send_error");
  if (error === "") return { ...head, state: "ok", figures };
  return {
    ...head,
    state: "warn",
    figures,
    cause: `Kafka did not take the last records: ${error}`,
    next: "they wait on disk and are sent again by themselves",
  };
}
