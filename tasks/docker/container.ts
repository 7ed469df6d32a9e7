// Containers as `docker container inspect` shows them.

import { stripVTControlCharacters } from "node:util";
import {
  numberAt,
  objectAt,
  parseArray,
  textAt,
  textsAt,
  valueAt,
} from "../../lib/json.ts";
import type { ContainerEnd } from "../diagnosis/diagnose.ts";

export interface ContainerSeen {
  readonly name: string;
  /** Its Compose service; empty for a container that Compose did not create. */
  readonly service: string;
  /** `created`, `running`, `restarting`, `paused`, `exited` or `dead`. */
  readonly status: string;
  /** `starting`, `healthy`, `unhealthy`, or `none` without a health check. */
  readonly health: string;
  /** What its last health check said, on one line; empty unless it failed. */
  readonly complaint: string;
  readonly restarts: number;
  readonly startedMs: number;
  readonly end: ContainerEnd;
  readonly networks: readonly string[];
  /** Host ports by container port: `{ "9093/tcp": 19093 }`. */
  readonly ports: Readonly<Record<string, number>>;
  readonly env: Readonly<Record<string, string>>;
}

function environment(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => {
    const equals = line.indexOf("=");
    return [line.slice(0, equals), line.slice(equals + 1)];
  }));
}

function publishedPorts(container: unknown): Record<string, number> {
  const ports = Object.entries(objectAt(container, "NetworkSettings", "Ports"));
  return Object.fromEntries(ports.flatMap(([port, hosts]) => {
    const [first]: unknown[] = Array.isArray(hosts) ? hosts : [];
    return first === undefined
      ? []
      : [[port, Number(textAt(first, "HostPort"))]];
  }));
}

const maxComplaint = 110;

/** The words of the last health check, or its command where it has none. */
function complaintOf(container: unknown): string {
  const checks = valueAt(container, "State", "Health", "Log");
  const last: unknown = Array.isArray(checks) ? checks.at(-1) : undefined;
  const code = last === undefined ? 0 : numberAt(last, "ExitCode");
  // A container that has ended keeps its checks; they say nothing of its end.
  const runs = textAt(container, "State", "Status") === "running";
  if (!runs || code === 0) return "";
  const lines = textAt(last, "Output").split(/[\r\n]+/).map((line) =>
    line.trim()
  );
  const words = lines.filter(Boolean).slice(-2).join(" ");
  const [, ...command] = textsAt(container, "Config", "Healthcheck", "Test");
  const shown = words || `exit code ${code} of ${command.join(" ")}`;
  const text = stripVTControlCharacters(shown).replaceAll(/[\p{Cc} ]+/gu, " ");
  return text.length > maxComplaint
    ? `${text.slice(0, maxComplaint - 1)}\u2026`
    : text;
}

function parseContainer(container: unknown): ContainerSeen {
  const text = (...path: string[]) => textAt(container, ...path);
  return {
    name: text("Name").replace(/^\//, ""),
    service: text("Config", "Labels", "com.docker.compose.service"),
    status: text("State", "Status"),
    health: text("State", "Health", "Status") || "none",
    complaint: complaintOf(container),
    restarts: numberAt(container, "RestartCount"),
    startedMs: Date.parse(text("State", "StartedAt")),
    end: {
      exitCode: numberAt(container, "State", "ExitCode"),
      oomKilled: valueAt(container, "State", "OOMKilled") === true,
      error: text("State", "Error"),
    },
    networks: Object.keys(objectAt(container, "NetworkSettings", "Networks")),
    ports: publishedPorts(container),
    env: environment(textsAt(container, "Config", "Env")),
  };
}

export function parseInspect(json: string): ContainerSeen[] {
  return parseArray(json).map(parseContainer);
}

/** Whether a container runs and, if it has a health check, is healthy. */
export function runsWell({ status, health }: ContainerSeen): boolean {
  return status === "running" && (health === "healthy" || health === "none");
}

/** Whether a container ended because it was asked to. */
export function wasStopped({ status, end }: ContainerSeen): boolean {
  return status === "exited" && (end.exitCode === 0 || end.exitCode === 143);
}

/** The network that a project's containers are on, whatever a setting says. */
export function networkOf(
  containers: readonly ContainerSeen[],
): string | undefined {
  const first = (of: readonly ContainerSeen[]) =>
    of.flatMap(({ networks }) => networks)[0];
  return first(containers.filter(({ service }) => service === "kafka")) ??
    first(containers);
}

export const partANames = ["hive-minio", "hive-metastore"] as const;
