// The parts of the documentation that are made from the code's own tables.

import {
  type Setting,
  settingsTable,
} from "../../producer/config/settings_table.ts";
import { symptoms } from "../diagnosis/diagnose.ts";
import type { Symptom } from "../diagnosis/symptom.ts";
import { stackDefaults, type StackSetting } from "../stack/stack_defaults.ts";
import { code, wrapped } from "./markdown.ts";

export interface GeneratedPart {
  /** The page, from the project's folder. */
  readonly page: string;
  /** The part's name in its marker lines. */
  readonly name: string;
  readonly text: string;
}

function settingItem([name, fallback, about]: Setting): string {
  return wrapped(`${code(`${name}=${fallback}`)}: ${about}`, "- ");
}

const stackMeanings: Readonly<Record<StackSetting, string>> = {
  COMPOSE_PROJECT_NAME: "the Compose project; each has its own volumes",
  STACK_NAME: "prefix of the container names",
  DAS_NETWORK: "PART-A's network; `setup` finds it",
  KAFKA_HOST_PORT: "Kafka's port on this machine, also the advertised one",
  KAFKA_UI_HOST_PORT: "Kafka UI's port on this machine",
  ZOOKEEPER_HOST_PORT: "ZooKeeper's port on this machine",
  ZOOKEEPER_IMAGE: "ZooKeeper's image, of the same version as Kafka's",
  KAFKA_IMAGE: "Kafka's image",
  KAFKA_UI_IMAGE: "Kafka UI's image",
  DENO_IMAGE: "the image of the producer and of `verify`'s probe",
};

function stackItem([name, value]: [string, string]): string {
  const meaning = stackMeanings[name as StackSetting];
  return wrapped(`${code(`${name}=${value}`)}: ${meaning}`, "- ");
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function symptomSection(symptom: Symptom): string {
  const { shows, fix, commands = [] } = symptom;
  const cause = symptom.stack === undefined
    ? sentence(symptom.cause)
    : `On the native stack: ${symptom.cause}`;
  const typed = commands.map(code).join(", then ");
  const full = typed === "" ? fix : `${fix}: ${typed}`;
  return [
    `### ${shows.split(" / ").map(code).join(" or ")}`,
    wrapped(`${cause}. Fix: ${full}.`),
  ].join("\n\n");
}

/** All parts; `deno task docs` writes them. */
export const generatedParts: readonly GeneratedPart[] = [
  {
    page: "docs/configuration.md",
    name: "settings",
    text: settingsTable.map(settingItem).join("\n"),
  },
  {
    page: "docs/configuration.md",
    name: "stack variables",
    text: Object.entries(stackDefaults).map(stackItem).join("\n"),
  },
  {
    page: "docs/troubleshooting.md",
    name: "symptoms",
    text: symptoms.map(symptomSection).join("\n\n"),
  },
];
