// A broker for fault injection. Unlike the native stack's it can advertise
// another port than the one it listens on, and move.

import { newClusterId } from "../../tasks/stack/native/launch.ts";
import { type KafkaNode, makeNode, nodeSettings } from "../harness/node.ts";
import { freePort } from "../harness/ports.ts";

/** A broker whose data outlives its processes. */
export interface ChaosBroker extends AsyncDisposable {
  /** The port it listens on now. */
  readonly port: number;
  /** Sends a signal; after SIGKILL and SIGTERM it waits for the exit. */
  kill(signal: Deno.Signal): Promise<void>;
  /** Restarts it with its data and waits until it serves requests. */
  restart(): Promise<void>;
  /** Restarts it with its data on another port; it must be down. */
  move(port: number): Promise<void>;
}

export interface ChaosBrokerOptions {
  readonly dir: string;
  /** The port it listens on; a free one by default. */
  readonly port?: number;
  /** The port it advertises; its own by default. */
  readonly advertised?: number;
}

function settingsOf(port: number, advertised: number, controllerPort: number) {
  const own = `127.0.0.1:${controllerPort}`;
  return {
    ...nodeSettings,
    "controller.quorum.voters": `1@${own}`,
    "listeners": `PLAINTEXT://127.0.0.1:${port},CONTROLLER://${own}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${advertised}`,
    // A killed broker can register again only when its old session has expired.
    "broker.session.timeout.ms": 2_000,
  };
}

export async function startChaosBroker(
  options: ChaosBrokerOptions,
): Promise<ChaosBroker> {
  const clusterId = newClusterId();
  const controllerPort = freePort();
  let port = options.port ?? freePort();
  const make = () =>
    makeNode({
      dir: options.dir,
      port,
      clusterId,
      settings: settingsOf(port, options.advertised ?? port, controllerPort),
      formatArgs: ["--ignore-formatted"],
    });
  let node: KafkaNode = await make();
  const restart = async () => {
    node.start();
    await node.serving();
  };
  try {
    await restart();
  } catch (error) {
    await node[Symbol.asyncDispose]();
    throw error;
  }
  return {
    get port() {
      return port;
    },
    kill: (signal) => node.kill(signal),
    restart,
    async move(to) {
      port = to;
      node = await make();
      await restart();
    },
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}
