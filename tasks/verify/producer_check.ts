// The check of the producer: exactly one runs, in a terminal or in its
// container, and it is ready.

import { diagnose } from "../diagnosis/diagnose.ts";
import { type ContainerSeen, wasStopped } from "../docker/container.ts";
import {
  noProducer,
  notReadyProducer,
  producerOff,
  startProducer as direct,
} from "../../lib/fault_words.ts";
import type { ProducerStatus } from "../../lib/producer_status.ts";
import { fail, type Finding, ok, skip } from "./finding.ts";
import type { Observations } from "./observations.ts";

export function startProducer({ target }: Observations): string {
  return target === "native" || target === "elsewhere"
    ? `${direct} (and keep it running)`
    : `${direct}, or as a container: deno task produce --container`;
}

function containerOf({ compose }: Observations): ContainerSeen | undefined {
  if (!compose?.ok) return undefined;
  return compose.value.containers.find(({ service }) =>
    service === "crypto-producer"
  );
}

function judgeStatus(
  { ready, reasons }: ProducerStatus,
  where: string,
  log: string,
): Finding {
  if (ready) return ok(`${where}, ready`);
  const { cause, next } = notReadyProducer(where, reasons);
  return fail(cause, `${next}${log}`);
}

/** Why the container has no working producer, if it should have one. */
function judgeContainer(observed: Observations): Finding | undefined {
  const container = containerOf(observed);
  if (container === undefined) return undefined;
  const { compose, containerProducer } = observed;
  const { name, service, status, end, complaint } = container;
  const logs = compose?.ok ? compose.value.logs[service] ?? "" : "";
  const error = containerProducer?.ok === false ? containerProducer.error : "";
  const isIdle = status === "created" || status === "running";
  if (error === "" && (isIdle || wasStopped(container))) return undefined;
  const found = diagnose(end) ?? diagnose(logs);
  const state = error === ""
    ? `is ${status} (exit code ${end.exitCode})`
    : `runs but does not respond: ${error}`;
  const cause = found === undefined ? "" : `: ${found.cause}`;
  const words = complaint === "" ? "" : `; its health check: ${complaint}`;
  return fail(
    `the container ${name} ${state}${cause}${words}`,
    found?.next ?? `read its log: deno task logs ${service}`,
  );
}

export function checkProducer(observed: Observations): Finding {
  const { producer, containerProducer, adminAddress } = observed;
  const name = containerOf(observed)?.name;
  if (containerProducer?.ok) {
    if (producer.ok) {
      const { pid } = producer.value;
      return fail(
        `two are running: the container ${name}, and pid ${pid} directly`,
        `stop one of them: Ctrl-C in its terminal, or docker stop ${name}`,
      );
    }
    const log = ": deno task logs crypto-producer";
    const where = `runs in the container ${name}`;
    return judgeStatus(containerProducer.value, where, log);
  }
  const runsDirectly = adminAddress !== undefined && producer.ok;
  const broken = runsDirectly ? undefined : judgeContainer(observed);
  if (broken !== undefined) return broken;
  if (adminAddress === undefined) {
    return skip(producerOff);
  }
  if (producer.ok) {
    const where = `runs directly, pid ${producer.value.pid}`;
    return judgeStatus(producer.value, where, "");
  }
  const { cause } = noProducer(adminAddress, producer.error);
  return fail(cause, startProducer(observed));
}
