/**
 * TCP ports of this machine.
 *
 * @module
 */

import type { Run } from "../stack/process.ts";
import type { Platform } from "./platform.ts";

/** A port that nothing listens on now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/** Whether something accepts connections there. */
export async function isServing(port: number): Promise<boolean> {
  try {
    using _connection = await Deno.connect({ hostname: "127.0.0.1", port });
    return true;
  } catch {
    return false;
  }
}

/** Whether a broker could listen there. */
export function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

/** The process that holds a port in the output of `ss -Hltnp`. */
export function ownerFromSs(text: string, port: number): string | undefined {
  const line = text.split("\n").find((row) =>
    row.trim().split(/\s+/)[3]?.endsWith(`:${port}`)
  );
  const match = /\("([^"]+)",pid=(\d+)/.exec(line ?? "");
  return match === null ? undefined : `${match[1]}, pid ${match[2]}`;
}

/** The process in the output of `lsof -nP -iTCP:PORT -sTCP:LISTEN`. */
export function ownerFromLsof(text: string): string | undefined {
  const match = /^(\S+)\s+(\d+)\s/m.exec(text.replace(/^COMMAND.*\n/, ""));
  return match === null ? undefined : `${match[1]}, pid ${match[2]}`;
}

/** The process in the output of `netstat -ano`. */
export function ownerFromNetstat(
  text: string,
  port: number,
): string | undefined {
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    if (words[1]?.endsWith(`:${port}`) && words[3] === "LISTENING") {
      return `pid ${words[4]}`;
    }
  }
  return undefined;
}

/** Who listens on a port, if it can be found out. */
export async function portOwner(
  run: Run,
  platform: Platform,
  port: number,
): Promise<string | undefined> {
  const ask = async (
    program: string,
    args: string[],
    parse: (text: string) => string | undefined,
  ) => {
    try {
      return parse((await run(program, args)).stdout);
    } catch {
      // The tool is not there: the answer is only advice.
      return undefined;
    }
  };
  const lsof = () =>
    ask("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN"], ownerFromLsof);
  switch (platform) {
    case "windows":
      return await ask("netstat", ["-ano"], (t) => ownerFromNetstat(t, port));
    case "darwin":
      return await lsof();
    case "linux":
      return await ask("ss", ["-Hltnp"], (t) => ownerFromSs(t, port)) ??
        await lsof();
  }
}
