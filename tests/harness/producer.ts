import { formatAddress } from "../../lib/address.ts";
import { projectDir } from "../../lib/project.ts";
import { producerArgs } from "../../tasks/producer/producer_args.ts";
import type { Env } from "./clone.ts";
import { freePort } from "./ports.ts";
import { until } from "./until.ts";

/** The parts of `/status` that tests use. */
export interface Status {
  readonly ready: boolean;
  readonly reasons: string[];
  readonly waiting: number;
  readonly counters: {
    readonly samples: number;
    readonly published: number;
    readonly lost: number;
    readonly skipped: number;
    readonly failures: Record<string, number>;
  };
}

/** A producer in a process of its own, with its own permission set. */
export interface RunningProducer extends AsyncDisposable {
  readonly child: Deno.ChildProcess;
  readonly admin: string;
  /** Its log lines, parsed. */
  readonly lines: Record<string, unknown>[];
  stderr(): string;
  /** The HTTP status of a path of its health endpoint. */
  statusOf(path: string): Promise<number>;
  status(): Promise<Status>;
  untilStatus(
    what: string,
    condition: (status: Status) => boolean,
  ): Promise<Status>;
  untilPublished(count: number): Promise<Status>;
  /** Waits until it is ready and nothing waits, after this many records. */
  untilSent(count?: number): Promise<Status>;
  /** Sends it a signal, SIGTERM by default, and gives its exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
}

export interface ProducerOptions {
  /** Its Kafka; without one, an address where nothing listens. */
  readonly broker?: { readonly bootstrap: string };
  /** Its API; without one, CoinGecko. */
  readonly simulator?: { readonly url: string };
  /** Further settings, which win over all others. */
  readonly env?: Env;
  readonly args?: readonly string[];
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  onText: (text: string) => void,
): Promise<void> {
  const decoded = stream.pipeThrough(new TextDecoderStream());
  for await (const part of decoded) onText(part);
}

/** Starts `producer/main.ts` exactly as `deno task produce` does. */
export function startProducer(options: ProducerOptions): RunningProducer {
  const { broker, simulator, env, args = [] } = options;
  const id = crypto.randomUUID().slice(0, 8);
  const stateDir = `.state/test-producer-${id}`;
  const admin = formatAddress({ host: "127.0.0.1", port: freePort() });
  const child = new Deno.Command(Deno.execPath(), {
    args: [...producerArgs, ...args],
    cwd: projectDir,
    env: {
      KAFKA_BOOTSTRAP_SERVERS: broker?.bootstrap ?? "127.0.0.1:9",
      ...simulator === undefined ? {} : { COINGECKO_API_URL: simulator.url },
      STATE_DIR: stateDir,
      ADMIN_ADDRESS: admin,
      LOG_FORMAT: "json",
      API_INTERVAL_SECONDS: "0.2",
      SOURCE_SYSTEM: "coingecko_simulator",
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines: Record<string, unknown>[] = [];
  let unfinished = "";
  let stderr = "";
  const reading = Promise.all([
    collect(child.stdout, (text) => {
      const whole = (unfinished + text).split("\n");
      unfinished = whole.pop() ?? "";
      for (const line of whole) lines.push(JSON.parse(line));
    }),
    collect(child.stderr, (text) => stderr += text),
  ]);
  let ended = false;
  child.status.then(() => ended = true);

  function get(path: string): Promise<Response> {
    return fetch(`http://${admin}${path}`, {
      // A producer that hangs must not hang its test.
      signal: AbortSignal.timeout(10_000),
    });
  }
  async function status(): Promise<Status> {
    return await (await get("/status")).json();
  }
  async function stop(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    if (!ended) child.kill(signal);
    const { code } = await child.status;
    await reading;
    return code;
  }

  async function untilStatus(
    what: string,
    condition: (status: Status) => boolean,
  ): Promise<Status> {
    let last: unknown;
    try {
      return await until(what, async () => {
        if (ended) throw new Error(`the producer ended: ${stderr}`);
        const seen = await status().catch((error) => void (last = error));
        if (seen === undefined) return undefined;
        last = seen;
        return condition(seen) && seen;
      });
    } catch (error) {
      // A condition that never comes is rare, and then this is all there is.
      const end = lines.slice(-20).map((line) => JSON.stringify(line));
      throw new Error(
        [
          `${what} did not come; the producer's status:`,
          Deno.inspect(last),
          "the end of its log:",
          ...end,
        ].join("\n"),
        { cause: error },
      );
    }
  }

  return {
    child,
    admin,
    lines,
    stderr: () => stderr,
    async statusOf(path) {
      const response = await get(path);
      await response.body?.cancel();
      return response.status;
    },
    status,
    untilStatus,
    untilPublished: (count) =>
      untilStatus(
        `${count} records`,
        ({ counters }) => counters.published >= count,
      ),
    untilSent: (count = 1) =>
      untilStatus(
        `all is sent, ${count} records or more`,
        ({ ready, waiting, counters }) =>
          ready && waiting === 0 && counters.published >= count,
      ),
    stop,
    async [Symbol.asyncDispose]() {
      await stop("SIGKILL");
      await Deno.remove(new URL(stateDir, projectDir), { recursive: true })
        .catch(() => {});
    },
  };
}
