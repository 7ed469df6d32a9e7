// The services of the Compose stack, a row each: what `setup` starts, checks and
// publishes. `compose.yaml` is tested against this table.

import type { StackSetting } from "./stack_defaults.ts";

interface ServiceRow {
  readonly name: string;
  /** Its container's name without the prefix: `ui` in `crypto-ui`. */
  readonly part: string;
  /** What it publishes on 127.0.0.1: the port in its container, the setting. */
  readonly published?: {
    readonly inside: number;
    readonly setting: StackSetting;
    /** Whether a browser opens it. */
    readonly isPage: boolean;
  };
  /** The Compose profile that it needs, with the flag of `setup` of that name. */
  readonly profile?: string;
  /** Its named volumes, as the Compose files name them. */
  readonly volumes: readonly string[];
  /** Its memory limit, in MiB. */
  readonly memory: number;
  /** Folders of the project that it reads, besides those of the producer. */
  readonly reads?: readonly string[];
}

/** In the order in which they start. */
const table = [
  {
    name: "zookeeper",
    part: "zookeeper",
    published: { inside: 2181, setting: "ZOOKEEPER_HOST_PORT", isPage: false },
    volumes: ["zookeeper-data", "zookeeper-log"],
    memory: 256,
  },
  {
    name: "kafka",
    part: "kafka",
    published: { inside: 9093, setting: "KAFKA_HOST_PORT", isPage: false },
    volumes: ["kafka-data", "kafka-kraft-data"],
    memory: 1024,
  },
  {
    name: "kafka-ui",
    part: "kafka-ui",
    published: { inside: 8080, setting: "KAFKA_UI_HOST_PORT", isPage: true },
    volumes: [],
    memory: 640,
  },
  {
    name: "crypto-producer",
    part: "producer",
    volumes: ["producer-state"],
    memory: 160,
  },
  {
    name: "crypto-lake",
    part: "lake",
    published: { inside: 9465, setting: "LAKE_HOST_PORT", isPage: true },
    profile: "lake",
    volumes: ["lake-state"],
    memory: 768,
    reads: ["lakehouse", "tasks"],
  },
  {
    name: "crypto-prometheus",
    part: "prometheus",
    published: { inside: 9090, setting: "PROMETHEUS_HOST_PORT", isPage: true },
    profile: "observe",
    volumes: ["prometheus-data"],
    memory: 256,
    reads: ["ops"],
  },
  {
    name: "crypto-grafana",
    part: "grafana",
    published: { inside: 3000, setting: "GRAFANA_HOST_PORT", isPage: true },
    profile: "observe",
    volumes: ["grafana-data"],
    memory: 512,
    reads: ["ops"],
  },
] as const satisfies readonly ServiceRow[];

type Row = typeof table[number];

/** The name of a service in the Compose files. */
export type Service = Row["name"];

/** What `setup` starts on request: `--observe`. */
export type Profile = Extract<Row, { readonly profile: string }>["profile"];

/** A service with a port on this machine. */
export type Published = Extract<Row, { readonly published: object }>["name"];

export interface ServiceFacts extends ServiceRow {
  readonly name: Service;
  readonly profile?: Profile;
}

export const serviceFacts: readonly ServiceFacts[] = table;

/** The names of all services, in the order in which they start. */
export const services: readonly Service[] = table.map(({ name }) => name);

/** The profiles, which are also flags of `setup`. */
export const profiles: readonly Profile[] = [
  ...new Set(serviceFacts.flatMap(({ profile }) => profile ?? [])),
];

/** The services of a stack: a mode of Kafka, and the profiles in use. */
export function servicesOf(
  { isKraft, profiles }: {
    readonly isKraft: boolean;
    readonly profiles: readonly string[];
  },
): ServiceFacts[] {
  return serviceFacts.filter(({ name, profile }) =>
    !(isKraft && name === "zookeeper") &&
    (profile === undefined || profiles.includes(profile))
  );
}
