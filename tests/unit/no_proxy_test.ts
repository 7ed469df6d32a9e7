import { assert, assertEquals } from "@std/assert";
import { directVariables, proxyOf } from "../../lib/no_proxy.ts";
import { ownHosts } from "../../lib/http_fetch.ts";

type Variables = Readonly<Record<string, string>>;

function complete(env: Variables, dotenv: Variables = {}) {
  const read = (name: string) => env[name];
  return directVariables(read, (name) => read(name) ?? dotenv[name], ["own"]);
}

Deno.test("`directVariables()` sets nothing without a proxy", () => {
  for (
    const env of [
      {},
      { NO_PROXY: "a.example" },
      { HTTP_PROXY: "", https_proxy: " " },
    ]
  ) {
    assertEquals(complete(env), {}, JSON.stringify(env));
  }
  assertEquals(complete({ HTTP_PROXY: "" }, { HTTP_PROXY: "p:1" }), {});
  assertEquals(complete({ http_proxy: "" }, { HTTP_PROXY: "p:1" }), {});
});

Deno.test("`directVariables()` completes NO_PROXY in both cases", () => {
  const theirs = (env: Variables, dotenv?: Variables) => {
    const { NO_PROXY = "", no_proxy = "" } = complete(env, dotenv);
    return [NO_PROXY, no_proxy].map((list) => {
      const entries = list.split(",");
      for (const name of ["localhost", "127.0.0.0/8", "::1", "own"]) {
        assert(entries.includes(name), `${name} in ${list}`);
      }
      assertEquals(new Set(entries).size, entries.length, list);
      return entries.slice(0, entries.indexOf("localhost")).join();
    });
  };
  const proxy = { all_proxy: "socks5://p:1" };
  for (
    const [env, upper, lower = upper] of [
      [{}, ""],
      [{ NO_PROXY: "*" }, "*"],
      [
        { no_proxy: " a.example , b.example:8080 " },
        "a.example,b.example:8080",
      ],
      [{ NO_PROXY: "a.example b.example" }, "a.example,b.example"],
      [
        { NO_PROXY: "a.example", no_proxy: "b.example" },
        "a.example",
        "b.example",
      ],
      [{ NO_PROXY: "", no_proxy: "b.example" }, "b.example", "b.example"],
    ] as readonly [Variables, string, string?][]
  ) {
    const found = theirs({ ...proxy, ...env });
    assertEquals(found, [upper, lower], JSON.stringify(env));
  }
  assertEquals(theirs(proxy, { NO_PROXY: "c.example" })[0], "c.example");
});

Deno.test("`directVariables()` takes a proxy of .env unless the environment has one", () => {
  const dotenv = { https_proxy: "http://file:1", HTTP_PROXY: "http://file:2" };
  const { HTTPS_PROXY, HTTP_PROXY } = complete({}, dotenv);
  assertEquals([HTTPS_PROXY, HTTP_PROXY], ["http://file:1", "http://file:2"]);
  const own = complete({ https_proxy: "http://env:1" }, dotenv);
  assertEquals([own.HTTPS_PROXY, own.HTTP_PROXY], [undefined, "http://file:2"]);
});

Deno.test("`ownHosts()` has the services, the containers and the own endpoint", () => {
  const hosts = (settings: Variables) => ownHosts((name) => settings[name]);
  for (const name of ["kafka", "kafka-ui", "crypto-kafka", "crypto-producer"]) {
    assert(hosts({}).includes(name), name);
  }
  assert(hosts({ STACK_NAME: "mine" }).includes("mine-producer"));
  for (
    const [address, host] of [
      ["10.0.0.7:9464", "10.0.0.7"],
      ["[fd00::7]:9464", "fd00::7"],
      [" myhost:9464 ", "myhost"],
    ] as const
  ) {
    assert(hosts({ ADMIN_ADDRESS: address }).includes(host), host);
  }
  assertEquals(hosts({ ADMIN_ADDRESS: "off" }), hosts({}));
});

Deno.test("`proxyOf()` names the proxy of a request, never its user", () => {
  const variables: Variables = {
    HTTPS_PROXY: "http://ana:hunter2@proxy.example:3128/",
    all_proxy: "other:1",
    NO_PROXY: "localhost,127.0.0.0/8,.intra.example",
  };
  const of = (url: string) => proxyOf(new URL(url), (name) => variables[name]);
  assertEquals(of("https://api.example/v3"), "proxy.example:3128");
  assertEquals(of("http://api.example/v3"), "other:1");
  for (const host of ["localhost:1", "127.0.0.1", "[::1]", "a.intra.example"]) {
    assertEquals(of(`https://${host}/`), undefined, host);
  }
  assertEquals(proxyOf(new URL("https://a/"), () => undefined), undefined);
});
