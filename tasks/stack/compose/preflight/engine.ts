// Checks the Docker engine and Compose.

import { CommandError } from "../../../../lib/errors.ts";
import { numberAt, textAt, textsAt } from "../../../../lib/json.ts";
import { diagnose } from "../../../diagnosis/diagnose.ts";
import { lastLine } from "../../../docker/docker.ts";
import type { ProcessResult } from "../../../host/run_process.ts";
import type { ServiceFacts } from "../../services.ts";

export interface Engine {
  readonly version: string;
  /** The memory available to containers; 0 if unknown. */
  readonly memoryBytes: number;
  /** Whether it is Docker Desktop, which maps the owners of mounted files. */
  readonly isDesktop: boolean;
}

function parseInfo(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A version without the packager's suffix: `2.26.1-4` is `2.26.1`. */
export function plainVersion(text: string): string | undefined {
  return /^v?(\d+\.\d+(?:\.\d+)?)/.exec(text.trim())?.[1];
}

/** The error of an engine on another machine, which this one cannot start. */
function remoteFailure(output: string): CommandError | undefined {
  const context = /context "([^"]+)": context not found/.exec(output)?.[1];
  if (context !== undefined) {
    return new CommandError(
      `Docker context ${context} not found`,
      "choose one that docker context ls lists: docker context use default " +
        "(unset DOCKER_CONTEXT, which takes precedence)",
    );
  }
  // Over ssh the message names a made-up host.
  const isSsh = output.includes("command [ssh ");
  const place = isSsh
    ? "another machine (over ssh)"
    : /\b(?:at |Get ")((?:tcp|ssh|https?):\/\/(?!%2F)[^/"\s]+)/i.exec(output)
      ?.[1]?.replace(/\.$/, "");
  if (place === undefined) return undefined;
  return new CommandError(
    `the Docker engine on ${place} cannot be reached`,
    "check DOCKER_HOST and docker context ls; the default is the engine of " +
      "this machine",
  );
}

function engineFailure(output: string): CommandError {
  const remote = remoteFailure(output);
  if (remote !== undefined) return remote;
  const found = diagnose(output);
  const socket = /\bat ((?:unix|npipe):\/\/[^\s"]*[^\s".:])/.exec(output)?.[1];
  const where = socket === undefined ? "" : ` (${socket})`;
  if (found !== undefined) {
    return new CommandError(`${found.cause}${where}`, found.next);
  }
  return new CommandError(
    `the Docker engine does not respond: ${lastLine(output)}`,
    "check it: docker info",
  );
}

/** Reads the output of `docker info --format '{{json .}}'`. */
export function parseEngine({ stdout, stderr }: ProcessResult): Engine {
  const info = parseInfo(stdout);
  const version = textAt(info, "ServerVersion");
  // Some versions exit with 0 although no engine responds.
  if (version === "") {
    throw engineFailure([...textsAt(info, "ServerErrors"), stderr].join("\n"));
  }
  if (textAt(info, "OSType") === "windows") {
    throw new CommandError(
      "Docker runs Windows containers: the stack needs Linux containers",
      'choose "Switch to Linux containers" in Docker Desktop\'s menu',
    );
  }
  return {
    version: plainVersion(version) ?? version,
    memoryBytes: numberAt(info, "MemTotal"),
    isDesktop: textAt(info, "OperatingSystem") === "Docker Desktop",
  };
}

const minCompose = [2, 20] as const;

export function parseCompose({ code, stdout }: ProcessResult): string {
  const version = plainVersion(stdout);
  const wanted = minCompose.join(".");
  if (code !== 0 || version === undefined) {
    throw new CommandError(
      `docker compose not found: version ${wanted} or newer is required ` +
        "(the standalone docker-compose does not work)",
      "install it: https://docs.docker.com/compose/install/linux/ " +
        "(Docker Desktop includes it)",
    );
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < minCompose[0] ||
    major === minCompose[0] && minor < minCompose[1];
  if (!isOld) return version;
  throw new CommandError(
    `Docker Compose is ${version}: ${wanted} or newer is required`,
    "update Docker Desktop, or the package docker-compose-plugin",
  );
}

const gib = 2 ** 30;

export function formatMemory(bytes: number): string {
  return `${(bytes / gib).toFixed(1)} GiB`;
}

/**
 * A warning when the memory may not suffice: 1 GiB should remain beside the
 * services' limits.
 */
export function memoryWarning(
  { memoryBytes }: Engine,
  services: readonly Pick<ServiceFacts, "memory">[],
): string | undefined {
  const limits = services.reduce((sum, { memory }) => sum + memory, 0);
  const wanted = Math.round(limits / 1024) + 1;
  if (memoryBytes === 0 || memoryBytes >= wanted * gib) return undefined;
  return `Docker has ${
    formatMemory(memoryBytes)
  } of memory: ${wanted} GiB is ` +
    "recommended (Docker Desktop: Settings, Resources)";
}
