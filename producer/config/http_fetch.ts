// The HTTP client of all programs: `fetch()` whose talk with this machine and
// with the stack's own services never goes through a proxy.

import {
  given,
  mergeSettings,
  type ReadSetting,
  realPorts,
} from "../../lib/merge_settings.ts";
import { directVariables } from "../../lib/no_proxy.ts";

/** What the services are called on their network, whatever `STACK_NAME` is. */
const services = ["zookeeper", "kafka", "kafka-ui", "crypto-producer"];

/**
 * The names of the stack's services and containers, and the host of the
 * producer's own endpoint.
 *
 * @param read Reads `STACK_NAME` and `ADMIN_ADDRESS`.
 */
export function ownHosts(read: ReadSetting): string[] {
  const prefixes = ["crypto", given(read("STACK_NAME")) ?? "crypto"];
  const containers = prefixes.flatMap((prefix) =>
    ["zookeeper", "kafka", "kafka-ui", "producer"]
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

/** `fetch()`, through a proxy only where a request leaves this machine. */
export async function httpFetch(
  url: string | URL,
  init?: RequestInit,
): Promise<Response> {
  keepOffProxies();
  return await fetch(url, init);
}
