/**
 * Says in words why something of the Compose stack did not start.
 *
 * @module
 */

import { engineSymptoms } from "./docker_symptoms.ts";
import { serviceSymptoms } from "./service_symptoms.ts";
import type { ContainerEnd, Diagnosis, Symptom } from "./symptom.ts";

export type { ContainerEnd, Diagnosis } from "./symptom.ts";

/** All symptoms, in the order of the README's table. */
export const symptoms: readonly Symptom[] = [
  ...engineSymptoms,
  ...serviceSymptoms,
];

type Groups = Readonly<Record<string, string | undefined>>;

function matchLine(line: string): Diagnosis | undefined {
  for (const symptom of symptoms) {
    for (const pattern of symptom.patterns) {
      const match = pattern.exec(line);
      if (match !== null) return describe(symptom, match.groups ?? {});
    }
  }
  return undefined;
}

function describe(symptom: Symptom, groups: Groups): Diagnosis {
  const { id, cause, cure, type = [] } = symptom;
  const values = Object.entries(groups)
    .flatMap(([name, value]) => value === undefined ? [] : [{ name, value }]);
  const what = values.map(({ name, value }) => `${name} ${value}`).join(", ");
  const typed = values.reduce(
    (text, { name, value }) => text.replaceAll(name.toUpperCase(), value),
    type.join(", then "),
  );
  const next = typed === "" ? cure : `${cure}: ${typed}`;
  return {
    id,
    cause: what === "" ? cause : `${cause} (${what})`,
    next: next.replaceAll("`", ""),
  };
}

function diagnoseText(text: string): Diagnosis | undefined {
  // A log holds earlier starts too: what was said last is why it is down now.
  for (const line of text.split(/\r?\n/).reverse()) {
    const found = matchLine(line);
    if (found !== undefined) return found;
  }
  return undefined;
}

function diagnoseEnd(end: ContainerEnd): Diagnosis | undefined {
  const killed = matchLine("OOMKilled");
  if (end.oomKilled) return killed;
  const said = diagnoseText(end.error);
  if (said !== undefined || killed === undefined) return said;
  const cause = "it was killed: by hand, or by the machine for want of memory";
  return end.exitCode === 137 ? { ...killed, cause } : undefined;
}

/**
 * The cause that a message, a log or a container's end shows, or `undefined`
 * for one that is not known.
 *
 * @param seen What the engine, Compose or a service printed, or how a
 * container ended.
 */
export function diagnose(seen: string | ContainerEnd): Diagnosis | undefined {
  return typeof seen === "string" ? diagnoseText(seen) : diagnoseEnd(seen);
}
