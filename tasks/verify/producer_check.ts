/**
 * The check of the producer: one runs, directly or in its container, and it is
 * ready.
 *
 * @module
 */

import { diagnose } from "../diagnosis/diagnose.ts";
import { wasStopped } from "../docker/container.ts";
import { fail, type Finding, ok, skip } from "./finding.ts";
import type { Observations } from "./observations.ts";
import type { ProducerStatus } from "../producer/producer_status.ts";

/** How to start a producer on the stack that was looked at. */
export function startProducer({ stack }: Observations): string {
  const direct = "start the producer: deno task produce";
  return stack === "native" || stack === "elsewhere"
    ? `${direct} (and keep it running)`
    : `${direct}, or as a container: deno task produce --container`;
}

const containerOf = ({ compose }: Observations) =>
  compose?.ok
    ? compose.value.containers.find(({ service }) =>
      service === "crypto-producer"
    )
    : undefined;

function judge(
  status: ProducerStatus,
  where: string,
  logs: string,
): Finding {
  return status.ready ? ok(`${where}, ready`) : fail(
    `${where}, but is not ready: ${status.reasons.join("; ")}`,
    `read its log lines; they name the cause${logs}`,
  );
}

/** Why the container gives no producer, if it should. */
function judgeContainer(seen: Observations): Finding | undefined {
  const container = containerOf(seen);
  if (container === undefined) return undefined;
  const { name, service, status, end } = container;
  const read = `read its log: deno task logs ${service}`;
  const logs = seen.compose?.ok ? seen.compose.value.logs[service] ?? "" : "";
  const silent = seen.contained?.ok === false ? seen.contained.error : "";
  const quiet = status === "created" || status === "running";
  if (silent === "" && (quiet || wasStopped(container))) return undefined;
  const found = diagnose(end) ?? diagnose(logs);
  const how = silent === ""
    ? `is ${status} (exit code ${end.exitCode})`
    : `runs but does not answer: ${silent}`;
  const why = found === undefined ? "" : `: ${found.cause}`;
  return fail(`the container ${name} ${how}${why}`, found?.next ?? read);
}

/** Judges whichever producer runs. */
export function producerCheck(seen: Observations): Finding {
  const { producer, contained, admin } = seen;
  const name = containerOf(seen)?.name;
  if (contained?.ok) {
    if (producer.ok) {
      const { pid } = producer.value;
      return fail(
        `two run: the container ${name}, and pid ${pid} directly`,
        `stop one of them: Ctrl-C there, or docker stop ${name}`,
      );
    }
    const logs = ": deno task logs crypto-producer";
    return judge(contained.value, `runs in the container ${name}`, logs);
  }
  const direct = admin !== undefined && producer.ok;
  const broken = direct ? undefined : judgeContainer(seen);
  if (broken !== undefined) return broken;
  if (admin === undefined) {
    return skip("ADMIN_ADDRESS is off: the producer cannot be asked");
  }
  if (producer.ok) {
    const { pid } = producer.value;
    return judge(producer.value, `runs directly, pid ${pid}`, "");
  }
  return fail(
    `none answers at ${admin}: ${producer.error}`,
    startProducer(seen),
  );
}
