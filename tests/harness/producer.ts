import { producerArgs } from "../../tasks/producer/producer_args.ts";
import { projectDir } from "../../lib/project.ts";
import { formatAddress } from "../../lib/address.ts";
import { freePort } from "./ports.ts";
import { until } from "./until.ts";

/** What `/status` says, as far as tests ask. */
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
  /** Its process. */
  readonly child: Deno.ChildProcess;
  /** Its `ADMIN_ADDRESS`. */
  readonly admin: string;
  /** Its log lines, parsed. */
  readonly lines: Record<string, unknown>[];
  /** All that it wrote to stderr. */
  stderr(): string;
  /** The HTTP status of a path of its health endpoint. */
  statusOf(path: string): Promise<number>;
  /** Its `/status`. */
  status(): Promise<Status>;
  /** Waits until `/status` is as wished. */
  untilStatus(what: string, good: (status: Status) => boolean): Promise<Status>;
  /** Asks it to end and gives its exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
}

/** Starts `producer/main.ts` exactly as `deno task produce` does. */
export function startProducer(
  env: Record<string, string>,
  args: readonly string[] = [],
): RunningProducer {
  const id = crypto.randomUUID().slice(0, 8);
  const stateDir = `.state/test-producer-${id}`;
  const admin = formatAddress({ host: "127.0.0.1", port: freePort() });
  const child = new Deno.Command(Deno.execPath(), {
    args: [...producerArgs, ...args],
    cwd: projectDir,
    env: {
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
  let stderr = "";
  const reading = Promise.all([
    (async () => {
      let rest = "";
      for await (
        const part of child.stdout.pipeThrough(new TextDecoderStream())
      ) {
        const whole = (rest + part).split("\n");
        rest = whole.pop() ?? "";
        for (const line of whole) lines.push(JSON.parse(line));
      }
    })(),
    (async () => {
      for await (
        const part of child.stderr.pipeThrough(new TextDecoderStream())
      ) stderr += part;
    })(),
  ]);
  let ended = false;
  child.status.then(() => ended = true);
  const get = (path: string) =>
    fetch(`http://${admin}${path}`, {
      // A producer that hangs must not hang its test.
      signal: AbortSignal.timeout(10_000),
    });
  const status = async () => await (await get("/status")).json() as Status;
  const end = async (signal: Deno.Signal) => {
    if (!ended) child.kill(signal);
    const { code } = await child.status;
    await reading;
    return code;
  };
  return {
    child,
    admin,
    lines,
    stderr: () => stderr,
    statusOf: async (path) => {
      const response = await get(path);
      await response.body?.cancel();
      return response.status;
    },
    status,
    untilStatus: (what, good) =>
      until(what, async () => {
        if (ended) throw new Error(`the producer ended: ${stderr}`);
        const seen = await status().catch(() => undefined);
        return seen !== undefined && good(seen) ? seen : undefined;
      }),
    stop: (signal = "SIGTERM") => end(signal),
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
      await Deno.remove(new URL(stateDir, projectDir), { recursive: true })
        .catch(() => {});
    },
  };
}
