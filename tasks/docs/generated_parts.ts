// The parts of the documentation that are made from the code's own tables.

import {
  type ExtensionPlatform,
  extensionPlatforms,
} from "../../lakehouse/lake/extension_platforms.ts";
import { ownLakeSettings } from "../../lakehouse/lake_settings.ts";
import { settingsTable } from "../../producer/config/settings_table.ts";
import { sparkSettings } from "../lake/spark/spark_settings.ts";
import { symptoms } from "../diagnosis/diagnose.ts";
import type { Symptom } from "../diagnosis/symptom.ts";
import { stackDefaults, type StackSetting } from "../stack/stack_defaults.ts";
import { code, table, wrapped } from "./markdown.ts";

function item(name: string, fallback: string, about: string): string {
  return wrapped(`${code(`${name}=${fallback}`)}: ${about}`, "- ");
}

const stackMeanings: Readonly<Record<StackSetting, string>> = {
  COMPOSE_PROJECT_NAME: "the Compose project; each has its own volumes",
  STACK_NAME: "prefix of the container names",
  DAS_NETWORK: "PART-A's network; `setup` finds it",
  KAFKA_HOST_PORT: "Kafka's port on this machine, also the advertised one",
  KAFKA_UI_HOST_PORT: "Kafka UI's port on this machine",
  ZOOKEEPER_HOST_PORT: "ZooKeeper's port on this machine",
  LAKE_HOST_PORT: "port of the lake's container on this machine",
  PROMETHEUS_HOST_PORT: "Prometheus's port on this machine",
  GRAFANA_HOST_PORT: "Grafana's port on this machine",
  ZOOKEEPER_IMAGE: "ZooKeeper's image, of the same version as Kafka's",
  KAFKA_IMAGE: "Kafka's image",
  KAFKA_UI_IMAGE: "Kafka UI's image",
  DENO_IMAGE: "the image of the producer, of the lake and of `verify`'s probe",
  PROMETHEUS_IMAGE: "Prometheus's image: `setup --observe`",
  GRAFANA_IMAGE: "Grafana's image: `setup --observe`",
};

function symptomSection(
  { shows, fix, stack, cause, commands = [] }: Symptom,
): string {
  const sentence = stack === undefined
    ? cause.charAt(0).toUpperCase() + cause.slice(1)
    : `${stack === "native" ? "On the native stack" : "Spark"}: ${cause}`;
  const typed = commands.map(code).join(", then ");
  const full = typed === "" ? fix : `${fix}: ${typed}`;
  return [
    `### ${shows.split(" / ").map(code).join(" or ")}`,
    wrapped(`${sentence}. Fix: ${full}.`),
  ].join("\n\n");
}

function platformRow([name, { label, wheel }]: [string, ExtensionPlatform]) {
  const sources = wheel === undefined
    ? "DuckDB's site"
    : "DuckDB's site, Python's wheels";
  return [label, code(name), sources];
}

/** The parts with their page and their name in its marker lines. */
export const generatedParts = [
  {
    page: "docs/configuration.md",
    name: "settings",
    text: settingsTable.map(([name, fallback, about]) =>
      item(name, fallback, about)
    ).join("\n"),
  },
  {
    page: "docs/configuration.md",
    name: "stack variables",
    text: Object.entries(stackDefaults).map(([name, value]) =>
      item(name, value, stackMeanings[name as StackSetting])
    ).join("\n"),
  },
  {
    page: "docs/configuration.md",
    name: "lake settings",
    text: ownLakeSettings.map(([name, fallback, about]) =>
      item(name, fallback, about)
    ).join("\n"),
  },
  {
    page: "docs/spark.md",
    name: "spark settings",
    text: sparkSettings.map(([name, fallback, about]) =>
      item(name, fallback, about)
    ).join("\n"),
  },
  {
    page: "docs/lakehouse.md",
    name: "platforms",
    text: table([
      ["platform", "DuckDB's name", "extensions from"],
      ...Object.entries(extensionPlatforms).map(platformRow),
    ]),
  },
  {
    page: "docs/troubleshooting.md",
    name: "symptoms",
    text: symptoms.map(symptomSection).join("\n\n"),
  },
];
