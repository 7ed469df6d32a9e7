// What all measurements share: a real broker, the simulator, a temporary folder.

import { producerArgs } from "../tasks/producer/producer_args.ts";
import { createKafkaClient } from "../kafka/client.ts";
import { topicSpec } from "../kafka/topic_spec.ts";
import { progress } from "../tasks/cli/print.ts";
import { startSimulator } from "../tasks/simulator/simulator_server.ts";
import { freePort } from "../tasks/host/ports.ts";
import { createNativeStack } from "../tasks/stack/native/native_stack.ts";
import { start } from "./child.ts";

/** The environment of a measurement. */
export type Rig = Awaited<ReturnType<typeof createRig>>;

/** Starts the broker and the simulator. */
export async function createRig() {
  const root = `.state/bench-${crypto.randomUUID().slice(0, 8)}`;
  const port = freePort();
  const stack = createNativeStack({ stateDir: `${root}/native`, port });
  await stack.up(progress);
  // Arrivals finer than a millisecond.
  const now = () => performance.timeOrigin + performance.now();
  const simulator = await startSimulator({ cacheSeconds: 0.5, now });
  const client = createKafkaClient({
    brokers: [{ host: "localhost", port }],
    clientId: "bench",
  });
  const tail = await client.openTail();
  let made = 0;
  /** Creates a folder inside the producer's permission set. */
  function folder(): string {
    const path = `${root}/${++made}`;
    Deno.mkdirSync(path);
    return path;
  }
  return {
    bootstrap: stack.bootstrap,
    simulator,
    folder,
    /** Starts a producer as it ships, by default in a new folder. */
    producer: (env: Readonly<Record<string, string>> = {}) =>
      start(producerArgs.slice(2), {
        KAFKA_BOOTSTRAP_SERVERS: stack.bootstrap,
        COINGECKO_API_URL: simulator.url,
        SOURCE_SYSTEM: "coingecko_simulator",
        STATE_DIR: env.STATE_DIR ?? folder(),
        ADMIN_ADDRESS: `127.0.0.1:${freePort()}`,
        LOG_FORMAT: "json",
        ...env,
      }),
    /** Creates a topic with the producer's own settings. */
    async createTopic(name: string): Promise<void> {
      await client.ensureTopic(topicSpec({
        name,
        partitions: 1,
        replicationFactor: 1,
        minInsyncReplicas: 1,
      }));
    },
    async count(topic: string): Promise<number> {
      const offsets = await tail.offsets(topic);
      return offsets.reduce((sum, { end }) => sum + Number(end), 0);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await tail.close().catch(() => {});
      await simulator.close();
      await stack.destroy(() => {});
      // After a Ctrl-C, children may still write there.
      await Deno.remove(root, { recursive: true }).catch(() => {});
    },
  };
}
