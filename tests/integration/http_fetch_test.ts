import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { projectDir } from "../../lib/project.ts";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { makeAuthority } from "../harness/certificates.ts";
import { testDir } from "../harness/broker.ts";
import { deno, type Env, task } from "../harness/clone.ts";
import { startHttpProxy } from "../harness/http_proxy.ts";
import { startProducer } from "../harness/producer.ts";
import { until } from "../harness/until.ts";

/** Environments that send requests through a proxy. */
function surroundings(url: string): Env[] {
  return [
    { HTTP_PROXY: url, HTTPS_PROXY: url },
    { http_proxy: url, https_proxy: url, no_proxy: "intra.example" },
    { ALL_PROXY: url, NO_PROXY: "127.0.0.1:9464 intra.example" },
    { all_proxy: url, NO_PROXY: "" },
  ];
}

/** Deno looks for a newer version of itself, also through a proxy. */
const quiet = { DENO_NO_UPDATE_CHECK: "1" };

/** Fetches its arguments and prints the bodies. */
const script = `data:text/javascript,${
  encodeURIComponent(`
import { httpFetch } from "${new URL(
    "lib/http_fetch.ts",
    projectDir,
  )}";
for (const url of Deno.args) console.log(await (await httpFetch(url)).text());`)
}`;

Deno.test("`httpFetch()` asks a proxy for what is not on this machine, and for that alone", async () => {
  const server = Deno.serve(
    { hostname: "::", port: 0, onListen() {} },
    (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const to = searchParams.get("to");
      return to === null ? new Response(pathname) : Response.redirect(to);
    },
  );
  const { port } = server.addr as Deno.NetAddr;
  await using proxy = startHttpProxy({ upstream: port });
  const own = ["127.0.0.1", "127.1.2.3", "localhost", "[::1]", "0.0.0.0"]
    .map((host) => `http://${host}:${port}/own`);
  const there = "http://prices.example/there";
  const back = `http://prices.example/?to=${encodeURIComponent(own[0] ?? "")}`;
  for (
    const env of [...surroundings(proxy.url), {
      HTTP_PROXY: proxy.url,
      NO_PROXY: "*",
    }]
  ) {
    const isAll = env.NO_PROXY === "*";
    const outside = isAll ? [] : [there, back];
    proxy.asked.length = 0;
    const args = ["run", "-q", "-A", script, ...own, ...outside];
    const { stdout, stderr } = await deno(args, env);
    const expected = [
      ...own.map(() => "/own"),
      ...isAll ? [] : ["/there", "/own"],
    ];
    assertEquals(stdout.trim().split("\n"), expected, stderr);
    assertEquals(
      proxy.asked,
      outside.map((url) => `GET ${url}`),
      JSON.stringify(env),
    );
  }
  await server.shutdown();
});

Deno.test("no command asks a proxy for the producer, nor the producer for a loopback API", async () => {
  await using simulator = await startSimulator();
  await using proxy = startHttpProxy({ upstream: 9 });
  const env = { ...quiet, HTTP_PROXY: proxy.url, ALL_PROXY: proxy.url };
  await using producer = startProducer({ simulator, env });
  await producer.untilStatus("a sample", ({ waiting }) => waiting > 0);
  for (
    const [name, args, found] of [
      ["status", ["--stack=native"], "pid "],
      ["verify", ["--stack=native"], "runs directly, pid "],
      ["produce", ["--container"], "a producer runs on this machine (pid "],
    ] as const
  ) {
    const { stdout, stderr } = await task(name, args, {
      ...env,
      KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9",
      ADMIN_ADDRESS: producer.admin,
    });
    assertStringIncludes(stdout + stderr, `${found}${producer.child.pid}`);
  }
  assertEquals(proxy.asked, []);
});

Deno.test("the price API is polled through a proxy, with the company's own CA", async () => {
  await using dir = await testDir();
  const authority = await makeAuthority(dir.path);
  const host = "api.coingecko.com";
  const pair = await authority.issue({
    name: host,
    alternatives: `DNS:${host}`,
  });
  await using simulator = await startSimulator();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: await Deno.readTextFile(pair.cert),
    key: await Deno.readTextFile(pair.key),
    onListen() {},
  }, ({ url }) => {
    const { pathname, search } = new URL(url);
    return fetch(new URL(pathname + search, simulator.url));
  });
  await using proxy = startHttpProxy({ upstream: server.addr.port });
  for (const env of surroundings(proxy.url)) {
    proxy.asked.length = 0;
    await using producer = startProducer({
      env: { ...quiet, ...env, DENO_CERT: authority.cert },
    });
    await producer.untilStatus("a sample", ({ waiting }) => waiting > 0);
    assert(proxy.asked.length > 0);
    assertEquals(new Set(proxy.asked), new Set([`CONNECT ${host}:443`]));
  }
  for (
    const [env, words] of [
      [{ HTTPS_PROXY: proxy.url }, ["UnknownIssuer", "DENO_CERT="]],
      [{ HTTPS_PROXY: "ana:hunter2@127.0.0.1:9" }, [
        "refused",
        "(through the proxy 127.0.0.1:9)",
      ]],
    ] as const
  ) {
    await using stranger = startProducer({ env: { ...quiet, ...env } });
    const log = () => JSON.stringify(stranger.lines);
    await until(
      words.join(),
      () => words.every((one) => log().includes(one)),
    );
    assert(!log().includes("hunter2"));
  }
  await server.shutdown();
});
