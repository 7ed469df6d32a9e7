// The HTTP client of all programs: `fetch()` whose talk with this machine and
// with the stack's own services never goes through a proxy.

import {
  given,
  mergeSettings,
  type ReadSetting,
  realPorts,
} from "./merge_settings.ts";
import { directVariables, proxyOf } from "./no_proxy.ts";

/** What the services are called on their network, whatever `STACK_NAME` is. */
const services = [
  "zookeeper",
  "kafka",
  "kafka-ui",
  "crypto-producer",
  "crypto-lake",
];

/**
 * The names of the stack's services and containers, and the host of the
 * producer's own endpoint.
 *
 * @param read Reads `STACK_NAME` and `ADMIN_ADDRESS`.
 */
export function ownHosts(read: ReadSetting): string[] {
  const prefixes = ["crypto", given(read("STACK_NAME")) ?? "crypto"];
  const containers = prefixes.flatMap((prefix) =>
    ["zookeeper", "kafka", "kafka-ui", "producer", "lake"]
      .map((name) => `${prefix}-${name}`)
  );
  const [, host] = /^\[?([^\]]+)\]?:\d+$/
    .exec(given(read("ADMIN_ADDRESS")) ?? "") ?? [];
  const hosts = [...services, ...containers, host];
  return [...new Set(hosts)].filter((name) => name !== undefined);
}

function readSettings(): ReadSetting {
  try {
    return mergeSettings(realPorts);
  } catch {
    // The command itself reports a `.env` that cannot be read.
    return realPorts.env;
  }
}

let isPrepared = false;

/**
 * Completes this process's variables of proxies, once. Deno reads them at its
 * first request; programs that are started inherit them.
 */
export function keepOffProxies(): void {
  if (isPrepared) return;
  isPrepared = true;
  const settings = readSettings();
  const variables = directVariables(
    realPorts.env,
    settings,
    ownHosts(settings),
  );
  for (const [name, value] of Object.entries(variables)) {
    Deno.env.set(name, value);
  }
}

/** A failure to connect names the proxy, which Deno's own words leave out. */
function namingProxy(error: unknown, url: string | URL): unknown {
  const cause = error instanceof TypeError ? error.cause : undefined;
  if (!(cause instanceof Error && /\(Connect\)/.test(cause.message))) {
    return error;
  }
  const proxy = proxyOf(new URL(url), realPorts.env);
  if (proxy === undefined) return error;
  const words = `${cause.message} (through the proxy ${proxy})`;
  return new TypeError("fetch failed", { cause: new Error(words, { cause }) });
}

/**
 * `fetch()`, through a proxy only where a request leaves this machine.
 *
 * @throws {TypeError} as `fetch()` does; its cause names the proxy.
 */
export async function httpFetch(
  url: string | URL,
  init?: RequestInit,
): Promise<Response> {
  keepOffProxies();
  try {
    return await fetch(url, init);
  } catch (error) {
    throw namingProxy(error, url);
  }
}
