// In a container: a company's proxy, which presents certificates of its own CA
// and behind which a simulator stands for every host. It prints what it is asked
// for. Arguments: certificate and key, PEM files.

import { writeLine } from "../../lib/output.ts";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { startHttpProxy } from "../harness/http_proxy.ts";

const [cert = "", key = ""] = Deno.args;
const simulator = await startSimulator({ cacheSeconds: 1 });
const server = Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  cert: await Deno.readTextFile(cert),
  key: await Deno.readTextFile(key),
  onListen() {},
}, ({ url }) => {
  const { pathname, search } = new URL(url);
  return fetch(new URL(pathname + search, simulator.url));
});
startHttpProxy({
  upstream: server.addr.port,
  hostname: "0.0.0.0",
  port: 3128,
  onAsked: (target) => writeLine(Deno.stdout, target),
});
