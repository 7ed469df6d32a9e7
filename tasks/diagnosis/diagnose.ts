// Finds the likely cause of a failure to start.

import { dockerSymptoms } from "./docker_symptoms.ts";
import { nativeSymptoms } from "./native_symptoms.ts";
import { serviceSymptoms } from "./service_symptoms.ts";
import { sparkSymptoms } from "./spark_symptoms.ts";
import type { ContainerEnd, Diagnosis, Symptom } from "./symptom.ts";

export type { ContainerEnd, Diagnosis } from "./symptom.ts";

/** All symptoms, in the order of the documentation. */
export const symptoms: readonly Symptom[] = [
  ...dockerSymptoms,
  ...serviceSymptoms,
  ...nativeSymptoms,
  ...sparkSymptoms,
];

type StackOfText = "compose" | "native" | "spark";

function matchLine(line: string, stack: StackOfText): Diagnosis | undefined {
  for (const symptom of symptoms) {
    if ((symptom.stack ?? "compose") !== stack) continue;
    for (const pattern of symptom.patterns) {
      const match = pattern.exec(line);
      if (match !== null) return describe(symptom, match.groups ?? {});
    }
  }
  return undefined;
}

function describe(
  symptom: Symptom,
  groups: Readonly<Record<string, string | undefined>>,
): Diagnosis {
  const { id, cause, fix, commands = [] } = symptom;
  const values = Object.entries(groups)
    .flatMap(([name, value]) => value === undefined ? [] : [{ name, value }]);
  const what = values.map(({ name, value }) => `${name} ${value}`).join(", ");
  const typed = values.reduce(
    (text, { name, value }) => text.replaceAll(name.toUpperCase(), value),
    commands.join(", then "),
  );
  const next = typed === "" ? fix : `${fix}: ${typed}`;
  return {
    id,
    cause: what === "" ? cause : `${cause} (${what})`,
    next: next.replaceAll("`", ""),
  };
}

function diagnoseText(text: string, stack: StackOfText): Diagnosis | undefined {
  // A log holds earlier starts too: the newest failure is the current one.
  for (const line of text.split(/\r?\n/).reverse()) {
    const found = matchLine(line, stack);
    if (found !== undefined) return found;
  }
  return undefined;
}

function diagnoseEnd(end: ContainerEnd): Diagnosis | undefined {
  const killed = matchLine("OOMKilled", "compose");
  if (end.oomKilled) return killed;
  const found = diagnoseText(end.error, "compose");
  if (found !== undefined || killed === undefined) return found;
  const cause = "it was killed: by hand, or because the machine ran out of " +
    "memory";
  return end.exitCode === 137 ? { ...killed, cause } : undefined;
}

/**
 * The cause that a printed text, or a container's end, shows; if it is a known
 * one.
 */
export function diagnose(
  seen: string | ContainerEnd,
  stack: StackOfText = "compose",
): Diagnosis | undefined {
  return typeof seen === "string"
    ? diagnoseText(seen, stack)
    : diagnoseEnd(seen);
}
