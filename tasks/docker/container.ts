/**
 * Containers as `docker inspect` shows them, cut down to what is judged.
 *
 * @module
 */

import type { ContainerEnd } from "../diagnosis/diagnose.ts";

/** One container. */
export interface ContainerSeen {
  /** Its name without the slash in front. */
  readonly name: string;
  /** Its Compose service; empty for a container that Compose did not make. */
  readonly service: string;
  /** `created`, `running`, `restarting`, `paused`, `exited` or `dead`. */
  readonly status: string;
  /** `starting`, `healthy`, `unhealthy`, or `none` without a health check. */
  readonly health: string;
  /** How often the engine started it again. */
  readonly restarts: number;
  /** When it started last, ms since 1970. */
  readonly startedMs: number;
  /** How it ended last. */
  readonly end: ContainerEnd;
  /** Its image, as it was asked for. */
  readonly image: string;
  /** The names of its networks. */
  readonly networks: readonly string[];
  /** Host ports by container port: `{ "9093/tcp": 19093 }`. */
  readonly ports: Readonly<Record<string, number>>;
  /** Its environment. */
  readonly env: Readonly<Record<string, string>>;
}

interface Inspected {
  Name: string;
  RestartCount?: number;
  State: {
    Status: string;
    StartedAt: string;
    ExitCode: number;
    OOMKilled: boolean;
    Error: string;
    Health?: { Status: string };
  };
  Config: {
    Image: string;
    Env?: string[] | null;
    Labels?: Record<string, string> | null;
  };
  NetworkSettings: {
    Networks?: Record<string, unknown> | null;
    Ports?: Record<string, { HostPort: string }[] | null> | null;
  };
}

function splitEnv(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => {
    const equals = line.indexOf("=");
    return [line.slice(0, equals), line.slice(equals + 1)];
  }));
}

function cut(container: Inspected): ContainerSeen {
  const { State: state, Config: config, NetworkSettings: net } = container;
  const ports = Object.entries(net.Ports ?? {}).flatMap(([port, hosts]) =>
    hosts?.[0] === undefined ? [] : [[port, Number(hosts[0].HostPort)]]
  );
  return {
    name: container.Name.replace(/^\//, ""),
    service: config.Labels?.["com.docker.compose.service"] ?? "",
    status: state.Status,
    health: state.Health?.Status ?? "none",
    restarts: container.RestartCount ?? 0,
    startedMs: Date.parse(state.StartedAt),
    end: {
      exitCode: state.ExitCode,
      oomKilled: state.OOMKilled,
      error: state.Error,
    },
    image: config.Image,
    networks: Object.keys(net.Networks ?? {}),
    ports: Object.fromEntries(ports),
    env: splitEnv(config.Env ?? []),
  };
}

/**
 * The containers of `docker inspect`'s answer.
 *
 * @throws {SyntaxError} when it is no JSON.
 */
export function parseInspect(json: string): ContainerSeen[] {
  return (JSON.parse(json) as Inspected[]).map(cut);
}

/** Whether a container runs and its health check, if it has one, agrees. */
export function runsWell({ status, health }: ContainerSeen): boolean {
  return status === "running" && (health === "healthy" || health === "none");
}

/** Whether a container ended since it was told to. */
export function wasStopped({ status, end }: ContainerSeen): boolean {
  return status === "exited" && (end.exitCode === 0 || end.exitCode === 143);
}

/** PART-A's containers. */
export const partANames = ["hive-minio", "hive-metastore"] as const;
