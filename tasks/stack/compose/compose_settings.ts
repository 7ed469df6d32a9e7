/**
 * The settings of the Compose stack: variables that `docker compose` itself
 * reads too, from the environment or `.env`.
 *
 * @module
 */

import { parseDotenv } from "../../../lib/dotenv.ts";
import { UsageError } from "../../../lib/errors.ts";
import type { SettingsPorts } from "../../../producer/config/settings.ts";

/** The file of the stack without ZooKeeper. */
export const kraftFile = "compose.kraft.yaml";

/** The stack's own services, in the order in which they start. */
export const services = [
  "zookeeper",
  "kafka",
  "kafka-ui",
  "crypto-producer",
] as const;

/** One of {@linkcode services}. */
export type Service = typeof services[number];

/** What the stack is called and where it is reached. */
export interface ComposeSettings {
  /** The Compose project: isolates containers and volumes. */
  readonly project: string;
  /** What container names begin with: `crypto` for `crypto-kafka`. */
  readonly prefix: string;
  /** Published ports of this machine. */
  readonly ports: {
    readonly zookeeper: number;
    readonly kafka: number;
    readonly ui: number;
  };
  /** PART-A's network as an earlier `setup` or a person wrote it down. */
  readonly network: string | undefined;
  /** The network of a stack without PART-A: `crypto-standalone`. */
  readonly standaloneNetwork: string;
  /** Whether the stack without ZooKeeper is chosen. */
  readonly isKraft: boolean;
  /** The image for the producer and for containers of a moment. */
  readonly denoImage: string;
}

function portOf(name: string, text: string | undefined, fallback: number) {
  if (text === undefined || text === "") return fallback;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port >= 1 && port <= 65535) return port;
  throw new UsageError(`${name} is "${text}": expected a port from 1 to 65535`);
}

/**
 * Reads them; the environment wins over `.env`, as it does for Compose.
 *
 * @throws {UsageError} for a port that is none.
 */
export function composeSettings(ports: SettingsPorts): ComposeSettings {
  const dotenv = parseDotenv(ports.readText(".env") ?? "");
  const read = (name: string) => ports.env(name) || dotenv.get(name);
  const port = (name: string, fallback: number) =>
    portOf(name, read(name), fallback);
  const prefix = read("STACK_NAME") || "crypto";
  return {
    project: read("COMPOSE_PROJECT_NAME") || "crypto-stream",
    prefix,
    standaloneNetwork: `${prefix}-standalone`,
    ports: {
      zookeeper: port("ZOOKEEPER_HOST_PORT", 2181),
      kafka: port("KAFKA_HOST_PORT", 9093),
      ui: port("KAFKA_UI_HOST_PORT", 8080),
    },
    network: read("DAS_NETWORK") || undefined,
    isKraft: (read("COMPOSE_FILE") ?? "").split(/[:;]/).includes(kraftFile),
    denoImage: read("DENO_IMAGE") || "denoland/deno:2.9.6",
  };
}
