// Who may ask the page, and what browsers may do with its answers: pure. The
// page has no login, so only programs of this machine may ask, and of the web
// pages in its browsers only this one.

import { type Address, formatAddress } from "../../lib/address.ts";

/** What of a request decides. */
export interface Caller {
  /** The request's method. */
  readonly method: string;
  /** The path, e.g. `/api/prices`. */
  readonly path: string;
  /** The header, or null. */
  readonly host: string | null;
  /** The header, or null. */
  readonly origin: string | null;
  /** `Sec-Fetch-Site`, or null. */
  readonly site: string | null;
}

/** An answer that is an error. */
export interface Refusal {
  /** HTTP's status. */
  readonly status: number;
  /** What is wrong. */
  readonly error: string;
  /** The next step. */
  readonly next: string;
}

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** A server in a container: the port that callers use is mapped to its own. */
function isAny({ host }: Address): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** Whether a Host header names this machine and this server's port. */
function isOwnHost(text: string, own: Address): boolean {
  const [, host = "", port = "80"] = /^(\[[^\]]*\]|[^:]*?)\.?(?::(\d{1,5}))?$/
    .exec(text.toLowerCase()) ?? [];
  const [, name = ""] = /^(.*):\d+$/.exec(formatAddress(own)) ?? [];
  return [...loopbackNames, name.toLowerCase()].includes(host) &&
    (isAny(own) || Number(port) === own.port);
}

/** The URL that people open. */
export function urlOf(own: Address): string {
  const host = isAny(own) ? "127.0.0.1" : own.host;
  return `http://${formatAddress({ host, port: own.port })}/`;
}

/**
 * Why a request is refused; `undefined` for one that is not.
 *
 * @param own Where the server listens.
 */
export function refusalOf(caller: Caller, own: Address): Refusal | undefined {
  const { method, path, host, origin, site } = caller;
  const next = `open ${urlOf(own)}`;
  // A name of a stranger's that leads to this machine: DNS rebinding.
  if (host === null || !isOwnHost(host, own)) {
    return {
      status: 403,
      error: `Host is "${host ?? ""}": expected this machine, port ${own.port}`,
      next,
    };
  }
  if (
    origin !== null && origin.toLowerCase() !== `http://${host}`.toLowerCase()
  ) {
    return {
      status: 403,
      error: `Origin is "${origin}": only this page may ask`,
      next,
    };
  }
  const isOwnSite = site === null || site === "same-origin" || site === "none";
  if (path.startsWith("/api/") && !isOwnSite) {
    return {
      status: 403,
      error: `Sec-Fetch-Site is "${site}": only this page may ask`,
      next,
    };
  }
  if (method === "GET" || method === "HEAD") return undefined;
  return {
    status: 405,
    error: `${method} is not allowed: expected GET or HEAD`,
    next: "use GET: the page only reads",
  };
}

/** Headers of every answer. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};
