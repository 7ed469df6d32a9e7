// The settings of the Compose stack: variables that `docker compose` reads too,
// from the environment or `.env`.

import {
  given,
  mergeSettings,
  type SettingsPorts,
} from "../../../lib/merge_settings.ts";
import {
  parseAll,
  parseSetting,
  portField,
} from "../../../lib/setting_parsers.ts";
import { stackDefaults, type StackSetting } from "../stack_defaults.ts";

/** The file of the stack without ZooKeeper. */
export const kraftFile = "compose.kraft.yaml";

/** The stack's own services, in the order in which they start. */
export const services = [
  "zookeeper",
  "kafka",
  "kafka-ui",
  "crypto-producer",
] as const;

export type Service = typeof services[number];

export interface ComposeSettings {
  /** The Compose project: isolates containers and volumes. */
  readonly project: string;
  /** Prefix of the container names: `crypto` in `crypto-kafka`. */
  readonly prefix: string;
  readonly ports: {
    readonly zookeeper: number;
    readonly kafka: number;
    readonly ui: number;
  };
  /** PART-A's network, if an earlier `setup` or the user set it. */
  readonly network: string | undefined;
  /** The network without PART-A: `crypto-standalone`. */
  readonly standaloneNetwork: string;
  readonly isKraft: boolean;
  /** The image of the producer and of short-lived helper containers. */
  readonly denoImage: string;
}

/** Reads them by the precedence of Compose itself. */
export function composeSettings(ports: SettingsPorts): ComposeSettings {
  const read = mergeSettings(ports);
  const text = (name: StackSetting) => given(read(name)) ?? stackDefaults[name];
  const port = (name: StackSetting) => () =>
    parseSetting(name, text(name), portField);
  const prefix = text("STACK_NAME");
  return {
    project: text("COMPOSE_PROJECT_NAME"),
    prefix,
    standaloneNetwork: `${prefix}-standalone`,
    ports: parseAll({
      zookeeper: port("ZOOKEEPER_HOST_PORT"),
      kafka: port("KAFKA_HOST_PORT"),
      ui: port("KAFKA_UI_HOST_PORT"),
    }),
    network: given(read("DAS_NETWORK")),
    isKraft: (read("COMPOSE_FILE") ?? "").split(/[:;]/).includes(kraftFile),
    denoImage: text("DENO_IMAGE"),
  };
}
