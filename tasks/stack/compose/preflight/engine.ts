/**
 * Whether the engine answers, and whether it is good enough.
 *
 * @module
 */

import { CommandError } from "../../../../lib/errors.ts";
import { diagnose } from "../../../diagnosis/diagnose.ts";
import type { ProcessResult } from "../../../host/run_process.ts";

/** What is wanted of the engine, as `docker info` tells it. */
export interface Engine {
  /** Its version without the packager's suffix, e.g. `20.10.24`. */
  readonly version: string;
  /** The memory that it can give to containers, in bytes. */
  readonly memoryBytes: number;
  /** Whether it is Docker Desktop, which maps the owners of mounted files. */
  readonly isDesktop: boolean;
}

interface Info {
  ServerVersion?: string;
  MemTotal?: number;
  OperatingSystem?: string;
  OSType?: string;
  ServerErrors?: string[] | null;
}

function parseInfo(text: string): Info {
  try {
    return JSON.parse(text) as Info;
  } catch {
    return {};
  }
}

/** A version without what a packager adds: `2.26.1-4` is `2.26.1`. */
export function plainVersion(text: string): string | undefined {
  return /^v?(\d+\.\d+(?:\.\d+)?)/.exec(text.trim())?.[1];
}

/** An engine on another machine is not started by the words for this one. */
function elsewhere(said: string): CommandError | undefined {
  const context = /context "([^"]+)": context not found/.exec(said)?.[1];
  if (context !== undefined) {
    return new CommandError(
      `Docker has no context ${context}`,
      "choose one of docker context ls: docker context use default " +
        "(DOCKER_CONTEXT, if set, wins: unset it)",
    );
  }
  // Over ssh the program asks a made-up host.
  const isSsh = said.includes("command [ssh ");
  const place = isSsh
    ? "another machine (over ssh)"
    : /\b(?:at |Get ")((?:tcp|ssh|https?):\/\/(?!%2F)[^/"\s]+)/i.exec(said)
      ?.[1]?.replace(/\.$/, "");
  if (place === undefined) return undefined;
  return new CommandError(
    `the Docker engine on ${place} cannot be reached`,
    "check DOCKER_HOST and docker context ls: without them the engine of " +
      "this machine is used",
  );
}

/** Why there is no engine, in words for a person. */
export function engineFailure(said: string): CommandError {
  const far = elsewhere(said);
  if (far !== undefined) return far;
  const found = diagnose(said);
  const socket = /\bat ((?:unix|npipe):\/\/[^\s"]*[^\s".:])/.exec(said)?.[1];
  const where = socket === undefined ? "" : ` (${socket})`;
  if (found !== undefined) {
    return new CommandError(`${found.cause}${where}`, found.next);
  }
  const words = said.trim().split("\n").at(-1) || "it said nothing";
  return new CommandError(
    `the Docker engine does not answer: ${words}`,
    "see what is wrong with it: docker info",
  );
}

/**
 * Reads the answer of `docker info --format '{{json .}}'`.
 *
 * @throws {CommandError} when there is no engine behind it, or one for Windows
 * containers.
 */
export function parseEngine({ stdout, stderr }: ProcessResult): Engine {
  const info = parseInfo(stdout);
  const { ServerVersion: version = "" } = info;
  // Some versions of the program end with 0 though no engine answered.
  if (version === "") {
    throw engineFailure([...info.ServerErrors ?? [], stderr].join("\n"));
  }
  if (info.OSType === "windows") {
    throw new CommandError(
      "Docker runs Windows containers: the stack needs Linux containers",
      'choose "Switch to Linux containers" in Docker Desktop\'s menu',
    );
  }
  return {
    version: plainVersion(version) ?? version,
    memoryBytes: info.MemTotal ?? 0,
    isDesktop: info.OperatingSystem === "Docker Desktop",
  };
}

const oldest = [2, 20] as const;

/**
 * Reads the answer of `docker compose version --short`.
 *
 * @returns the version, e.g. `2.26.1`.
 * @throws {CommandError} when the plugin is missing or older than 2.20.
 */
export function parseCompose({ code, stdout }: ProcessResult): string {
  const version = plainVersion(stdout);
  const wanted = oldest.join(".");
  if (code !== 0 || version === undefined) {
    throw new CommandError(
      `docker has no compose plugin: version ${wanted} or newer is needed ` +
        "(docker-compose, the program of its own, does not do)",
      "install it: https://docs.docker.com/compose/install/linux/ " +
        "(Docker Desktop has it)",
    );
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < oldest[0] ||
    major === oldest[0] && minor < oldest[1];
  if (!isOld) return version;
  throw new CommandError(
    `Docker Compose is ${version}: ${wanted} or newer is needed`,
    "update Docker Desktop, or the package docker-compose-plugin",
  );
}

const gib = 2 ** 30;

/** Bytes as GiB, with one digit. */
export function formatMemory(bytes: number): string {
  return `${(bytes / gib).toFixed(1)} GiB`;
}

/** What to say of the memory when it may not suffice; the limits sum to 2. */
export function memoryWarning({ memoryBytes }: Engine): string | undefined {
  if (memoryBytes === 0 || memoryBytes >= 3 * gib) return undefined;
  return `Docker has ${formatMemory(memoryBytes)}: the stack is made for 3 ` +
    "(Docker Desktop: Settings, Resources)";
}
