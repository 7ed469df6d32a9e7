import { assertEquals } from "@std/assert";
import {
  type Caller,
  refusalOf,
  securityHeaders,
  urlOf,
} from "../../lakehouse/page/security.ts";

const own = { host: "127.0.0.1", port: 9465 };

const caller: Caller = {
  method: "GET",
  path: "/api/prices",
  host: "127.0.0.1:9465",
  origin: null,
  site: null,
};

function statusOf(change: Partial<Caller>, at = own): number {
  return refusalOf({ ...caller, ...change }, at)?.status ?? 200;
}

Deno.test("`refusalOf()` in a container: this machine's names, whatever port is published", () => {
  const inside = { host: "0.0.0.0", port: 9465 };
  for (const host of ["localhost:19465", "127.0.0.1:9465", "[::1]:80"]) {
    assertEquals(statusOf({ host }, inside), 200, host);
    const origin = `http://${host}`;
    assertEquals(statusOf({ host, origin }, inside), 200, origin);
  }
  for (
    const host of ["evil.example:9465", "crypto-lake:9465", "localhost.x:1"]
  ) {
    assertEquals(statusOf({ host }, inside), 403, host);
  }
  assertEquals(statusOf({ host: "localhost:19465" }), 403);
});

Deno.test("`refusalOf()` lets in this machine's names with the own port alone", () => {
  const hosts: [string | null, number][] = [
    ["127.0.0.1:9465", 200],
    ["localhost:9465", 200],
    ["LOCALHOST:9465", 200],
    ["localhost.:9465", 200],
    ["[::1]:9465", 200],
    ["evil.example:9465", 403],
    ["localhost.evil.example:9465", 403],
    ["127.0.0.1.evil.example:9465", 403],
    ["evil.example", 403],
    ["127.0.0.1", 403],
    ["127.0.0.1:9466", 403],
    ["localhost:9465:9465", 403],
    ["user@localhost:9465", 403],
    ["", 403],
    [null, 403],
  ];
  for (const [host, status] of hosts) {
    assertEquals(statusOf({ host }), status, String(host));
    // Files too: a stranger's page must not be able to look like this one.
    assertEquals(statusOf({ host, path: "/" }), status, String(host));
  }
  const named = { host: "lake.lan", port: 80 };
  assertEquals(statusOf({ host: "lake.lan" }, named), 200);
  assertEquals(statusOf({ host: "Lake.lan:80" }, named), 200);
  assertEquals(statusOf({ host: "localhost" }, named), 200);
  assertEquals(statusOf({ host: "lake.lan.evil:80" }, named), 403);
  // A container's port may have another number outside.
  const any = { host: "0.0.0.0", port: 9465 };
  assertEquals(statusOf({ host: "127.0.0.1:19465" }, any), 200);
  assertEquals(
    statusOf({ host: "localhost:1", origin: "http://localhost:1" }, any),
    200,
  );
  assertEquals(statusOf({ host: "evil.example:9465" }, any), 403);
  const six = { host: "::1", port: 9465 };
  assertEquals(statusOf({ host: "[::1]:9465" }, six), 200);
});

Deno.test("`refusalOf()` refuses other pages, and what is not a read", () => {
  const rows: [Partial<Caller>, number][] = [
    [{ origin: "http://127.0.0.1:9465" }, 200],
    [{ origin: "http://localhost:9465", host: "localhost:9465" }, 200],
    // Another name for this machine is another origin.
    [{ origin: "http://localhost:9465" }, 403],
    [{ origin: "https://127.0.0.1:9465" }, 403],
    [{ origin: "http://127.0.0.1:3000" }, 403],
    [{ origin: "http://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "http://evil.example", path: "/" }, 403],
    [{ site: "same-origin" }, 200],
    [{ site: "none" }, 200],
    [{ site: "same-site" }, 403],
    [{ site: "cross-site" }, 403],
    // A link from elsewhere may lead to the page.
    [{ site: "cross-site", path: "/" }, 200],
    [{ site: "cross-site", path: "/api/events" }, 403],
    [{ method: "HEAD" }, 200],
    [{ method: "POST" }, 405],
    [{ method: "OPTIONS" }, 405],
    [{ method: "DELETE", path: "/" }, 405],
  ];
  for (const [change, status] of rows) {
    assertEquals(statusOf(change), status, JSON.stringify(change));
  }
  const refusal = refusalOf({ ...caller, host: "evil.example" }, own);
  assertEquals(refusal, {
    status: 403,
    error: 'Host is "evil.example": expected this machine, port 9465',
    next: "open http://127.0.0.1:9465/",
  });
});

Deno.test("the policy allows this server alone, and nothing inline", () => {
  const policy = securityHeaders["content-security-policy"] ?? "";
  assertEquals(/unsafe|\*|https?:/.test(policy), false, policy);
  assertEquals(policy.startsWith("default-src 'none';"), true, policy);
});

Deno.test("`urlOf()` gives an address that can be opened", () => {
  assertEquals(urlOf(own), "http://127.0.0.1:9465/");
  assertEquals(urlOf({ host: "0.0.0.0", port: 1 }), "http://127.0.0.1:1/");
  assertEquals(urlOf({ host: "::", port: 1 }), "http://127.0.0.1:1/");
  assertEquals(urlOf({ host: "::1", port: 1 }), "http://[::1]:1/");
});
