// Finds the program that listens on a port.

import type { Run } from "./run_process.ts";
import type { Platform } from "./platform.ts";

/** The inodes of the sockets that listen on a port, from `/proc/net/tcp`. */
export function parseProcNetTcp(text: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return text.split("\n").map((line) => line.trim().split(/\s+/))
    .filter(([, local = "", , state]) =>
      local.endsWith(`:${hex}`) && state === "0A"
    )
    .map((fields) => fields[9] ?? "")
    .filter((inode) => inode !== "" && inode !== "0");
}

/** The process that has one of these sockets, from `ls -l /proc/*\/fd`. */
export function parseProcFds(
  text: string,
  inodes: readonly string[],
): number | undefined {
  let pid: number | undefined;
  for (const line of text.split("\n")) {
    const header = /^\/proc\/(\d+)\/fd:/.exec(line)?.[1];
    if (header !== undefined) pid = Number(header);
    const inode = /-> socket:\[(\d+)\]/.exec(line)?.[1];
    if (inode !== undefined && inodes.includes(inode)) return pid;
  }
  return undefined;
}

/** A command line from `/proc/<pid>/cmdline`, shortened for a message. */
export function parseCmdline(text: string): string {
  const [program = "", ...args] = text.split("\0").filter((word) => word);
  const name = program.replace(/^.*[\\/]/, "");
  const line = [name, ...args].join(" ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** The owner from `lsof -nP -iTCP:<port> -sTCP:LISTEN`. */
export function parseLsof(text: string): string | undefined {
  const match = /^(\S+)\s+(\d+)\s.*\(LISTEN\)/m.exec(text);
  return match === null ? undefined : `pid ${match[2]} (${match[1]})`;
}

/** The owner from `netstat -ano`. */
export function parseNetstat(text: string, port: number): string | undefined {
  // The name of the state is translated; a listener's peer port is always 0.
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*TCP\s+\S+:(\d+)\s+\S+:0\s+\S+\s+(\d+)\s*$/.exec(line);
    if (match?.[1] === String(port)) return `pid ${match[2]}`;
  }
  return undefined;
}

async function ownerOnLinux(
  port: number,
  run: Run,
): Promise<string | undefined> {
  const sockets = await run("cat", ["/proc/net/tcp", "/proc/net/tcp6"]);
  const inodes = parseProcNetTcp(sockets.stdout, port);
  if (inodes.length === 0) return undefined;
  const fds = await run("sh", ["-c", "ls -l /proc/[0-9]*/fd 2>/dev/null"]);
  const pid = parseProcFds(fds.stdout, inodes);
  if (pid === undefined) return undefined;
  const command = await run("cat", [`/proc/${pid}/cmdline`]);
  return `pid ${pid} (${parseCmdline(command.stdout)})`;
}

/**
 * The program that listens on a port: `pid 812 (java kafka.Kafka)`; `undefined`
 * when it cannot be found, for example because it belongs to another user.
 */
export async function findPortOwner(
  port: number,
  platform: Platform,
  run: Run,
): Promise<string | undefined> {
  try {
    switch (platform) {
      case "linux":
      case "android":
        return await ownerOnLinux(port, run);
      case "windows":
        return parseNetstat((await run("netstat", ["-ano"])).stdout, port);
      default: {
        const args = ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN"];
        return parseLsof((await run("lsof", args)).stdout);
      }
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
