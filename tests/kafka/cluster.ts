// A cluster of three brokers for a test. Each is a controller too, so the quorum
// is two.

import { newClusterId } from "../../tasks/stack/native/launch.ts";
import { testDir } from "../harness/broker.ts";
import { type KafkaNode, makeNode, nodeSettings } from "../harness/node.ts";
import { freePorts } from "../harness/ports.ts";

export interface TestCluster extends AsyncDisposable {
  /** All three addresses, comma-separated. */
  readonly bootstrap: string;
  /** Its folder, which a test may use for its own files. */
  readonly dir: string;
  address(id: number): string;
  pid(id: number): number;
  kill(id: number, signal?: Deno.Signal): Promise<void>;
  /** Restarts one with its data and waits until it serves. */
  restart(id: number): Promise<void>;
  /** Restarts several at once: needed where the rest has no quorum. */
  restartAll(ids: readonly number[]): Promise<void>;
}

const ids = [1, 2, 3] as const;

function found<T>(part: T | undefined, id: number): T {
  if (part === undefined) throw new Error(`no broker ${id}`);
  return part;
}

/** Starts a cluster and waits until all three serve. About 500 MB. */
export async function startCluster(
  settings: Readonly<Record<string, string | number>> = {},
): Promise<TestCluster> {
  const folder = await testDir();
  const ports = freePorts(ids.length);
  const controllers = freePorts(ids.length);
  const clusterId = newClusterId();
  const nodes: KafkaNode[] = [];
  const portOf = (id: number) => found(ports[id - 1], id);
  const nodeOf = (id: number) => found(nodes[id - 1], id);
  const restartAll = async (which: readonly number[]) => {
    which.forEach((id) => nodeOf(id).start());
    await Promise.all(which.map((id) => nodeOf(id).serving()));
  };
  const dispose = async () => {
    await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    await folder[Symbol.asyncDispose]();
  };
  try {
    await Promise.all(ids.map(async (id) => {
      const controller = `127.0.0.1:${controllers[id - 1]}`;
      const node = await makeNode({
        dir: `${folder.path}/${id}`,
        port: portOf(id),
        clusterId,
        settings: {
          ...nodeSettings,
          "node.id": id,
          "controller.quorum.voters": ids.map((other) =>
            `${other}@127.0.0.1:${controllers[other - 1]}`
          ).join(","),
          "listeners": `PLAINTEXT://127.0.0.1:${
            portOf(id)
          },CONTROLLER://${controller}`,
          "advertised.listeners": `PLAINTEXT://localhost:${portOf(id)}`,
          "offsets.topic.replication.factor": 3,
          "transaction.state.log.replication.factor": 3,
          "transaction.state.log.min.isr": 2,
          // By default a hanging broker leaves the in-sync replicas after 30 s.
          "replica.lag.time.max.ms": 5_000,
          ...settings,
        },
      });
      nodes[id - 1] = node;
    }));
    await restartAll(ids);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    bootstrap: ids.map((id) => `localhost:${portOf(id)}`).join(","),
    dir: folder.path,
    address: (id) => `localhost:${portOf(id)}`,
    pid: (id) => nodeOf(id).pid(),
    kill: (id, signal = "SIGKILL") => nodeOf(id).kill(signal),
    restart: (id) => restartAll([id]),
    restartAll,
    [Symbol.asyncDispose]: dispose,
  };
}
