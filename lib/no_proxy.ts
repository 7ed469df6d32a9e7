// Which requests go through a proxy. `fetch()` and most programs decide it by
// environment variables; what is said here to this machine, or to the services
// of the own stack, must not depend on them.

import { given, type ReadSetting } from "./merge_settings.ts";

/** The variables that name a proxy. Programs know them in lower case too. */
export const proxyVariables = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
] as const;

/** All variables of proxies, in both cases. */
export const proxyNames: readonly string[] = [...proxyVariables, "NO_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()]);

/** This very machine; `NO_PROXY=*` alone does not cover addresses in Deno. */
const loopback = [
  "localhost",
  "localhost.",
  "127.0.0.0/8",
  "::1",
  "::ffff:127.0.0.0/104",
  // As addresses to connect to, these are loopback too.
  "0.0.0.0",
  "::",
  // This machine as its containers see it.
  "host.docker.internal",
];

/** A variable in either case, that of the name first; a blank one is none. */
function either(read: ReadSetting, name: string): string | undefined {
  const lower = name.toLowerCase();
  const other = name === lower ? name.toUpperCase() : lower;
  return given(read(name)) ?? given(read(other));
}

function isSet(read: ReadSetting, name: string): boolean {
  return [name, name.toLowerCase()].some((one) => read(one) !== undefined);
}

/**
 * The variables to set, so that requests to this machine and to `ownHosts` go
 * directly, and others through the proxy that is set. None without a proxy.
 *
 * @param env Reads the environment.
 * @param settings Reads the environment, then `.env`.
 * @param ownHosts Names and addresses of the stack's own services.
 */
export function directVariables(
  env: ReadSetting,
  settings: ReadSetting,
  ownHosts: readonly string[],
): Record<string, string> {
  let hasProxy = false;
  const fromFile: Record<string, string> = {};
  for (const name of proxyVariables) {
    const value = either(isSet(env, name) ? env : settings, name);
    if (value === undefined) continue;
    hasProxy = true;
    if (!isSet(env, name)) fromFile[name] = value;
  }
  if (!hasProxy) return {};
  const lists = ["NO_PROXY", "no_proxy"].map((name) => {
    const value = either(env, name) ?? either(settings, name) ?? "";
    // Some programs take blanks between the entries; Deno takes commas alone.
    const theirs = value.split(/[\s,]+/).filter(Boolean);
    return [name, [...new Set([...theirs, ...loopback, ...ownHosts])].join()];
  });
  return { ...fromFile, ...Object.fromEntries(lists) };
}

function isExcepted(host: string, list: string): boolean {
  if (/^(?:127\.|\[)/.test(host)) return true;
  return list.split(",").some((entry) =>
    entry === "*" || entry === host ||
    (entry !== "" && host.endsWith(`.${entry.replace(/^\./, "")}`))
  );
}

/**
 * The proxy of a request as `host:port`, for messages: without its user. An IPv6
 * address counts as this machine's.
 *
 * @param read Reads the variables as {@linkcode directVariables} completed them.
 */
export function proxyOf(url: URL, read: ReadSetting): string | undefined {
  const name = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = either(read, name) ?? either(read, "ALL_PROXY");
  if (proxy === undefined) return undefined;
  if (isExcepted(url.hostname, either(read, "NO_PROXY") ?? "")) {
    return undefined;
  }
  return proxy.replace(/^\w+:\/\//, "").replace(/^.*@/, "").replace(
    /\/.*$/,
    "",
  );
}
