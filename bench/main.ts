/**
 * `deno task bench`: the producer's figures, of its process alone, on a real
 * broker and the simulator. Takes about two and a half minutes.
 *
 * @module
 */

import { progress, result } from "../tasks/output.ts";
import { startSimulator } from "../tasks/simulator/server.ts";
import { createNativeStack, freePort } from "../tasks/stack/native.ts";
import { run } from "../tasks/stack/process.ts";

const project = new URL("../", import.meta.url);
const folder = `.state/bench-${crypto.randomUUID().slice(0, 8)}`;
const starts = 5;
const windowMs = 60_000;

/** A producer or the floor, with its log lines. */
interface Watched {
  readonly child: Deno.ChildProcess;
  readonly lines: { message: string; late_ms?: number }[];
  readonly first: Promise<number>;
  end(): Promise<void>;
}

function watch(args: string[], env: Record<string, string>): Watched {
  const begun = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", ...args],
    cwd: project,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines: Watched["lines"] = [];
  const { promise: first, resolve } = Promise.withResolvers<number>();
  const reading = (async () => {
    let rest = "";
    for await (
      const part of child.stdout.pipeThrough(new TextDecoderStream())
    ) {
      const whole = (rest + part).split("\n");
      rest = whole.pop() ?? "";
      for (const text of whole) {
        const line = JSON.parse(text);
        lines.push(line);
        if (line.message === "published") resolve(performance.now() - begun);
      }
    }
  })();
  return {
    child,
    lines,
    first,
    async end() {
      child.kill("SIGTERM");
      await child.status;
      await reading;
    },
  };
}

/** Processor seconds so far, and resident megabytes now. */
async function usage(pid: number): Promise<{ cpu: number; mb: number }> {
  const { stdout: stat } = await run("cat", [`/proc/${pid}/stat`]);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const { stdout: status } = await run("cat", [`/proc/${pid}/status`]);
  const kb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  return { cpu: ticks / 100, mb: kb / 1024 };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Each one's processor seconds in a minute and megabytes, side by side. */
async function minute(watched: readonly Watched[]): Promise<string[]> {
  const before = await Promise.all(watched.map((w) => usage(w.child.pid)));
  await sleep(windowMs);
  const after = await Promise.all(watched.map((w) => usage(w.child.pid)));
  return after.map(({ cpu, mb }, index) =>
    `${(cpu - (before[index]?.cpu ?? 0)).toFixed(2)} s/min, ` +
    `${mb.toFixed(0)} MB`
  );
}

async function bench(): Promise<void> {
  const port = freePort();
  const stack = createNativeStack({ stateDir: `${folder}/native`, port });
  await stack.up(progress);
  await using simulator = await startSimulator({ cacheSeconds: 0.5 });
  let made = 0;
  const producer = (interval: string) =>
    watch(["-P=producer", "producer/main.ts"], {
      KAFKA_BOOTSTRAP_SERVERS: `localhost:${port}`,
      COINGECKO_API_URL: simulator.url,
      SOURCE_SYSTEM: "coingecko_simulator",
      API_INTERVAL_SECONDS: interval,
      STATE_DIR: `${folder}/producer-${++made}`,
      ADMIN_ADDRESS: "off",
      LOG_FORMAT: "json",
    });
  try {
    const times: number[] = [];
    for (let index = 0; index <= starts; index++) {
      const one = producer("30");
      const time = await one.first;
      await one.end();
      // The first of all makes the topic and warms the caches.
      if (index > 0) times.push(time);
    }
    times.sort((a, b) => a - b);
    const median = times[Math.floor(starts / 2)] ?? NaN;
    result(
      `process start to first acknowledged record: median ` +
        `${median.toFixed(0)} ms of ${starts} ` +
        `(${times.map((time) => time.toFixed(0)).join(", ")})`,
    );

    const quiet = producer("30");
    await quiet.first;
    for (let index = 0; index < 70; index++) {
      simulator.addFault({
        kind: "delay",
        ms: Math.floor(Math.random() * 700),
      });
    }
    const busy = producer("1");
    const floor = watch(
      ["-P=tasks", "bench/floor.ts", String(port)],
      {},
    );
    await busy.first;
    progress("measuring for a minute ...");
    await sleep(2_000);
    const [idle, thirty, one] = await minute([floor, quiet, busy]);
    result(`floor, an idle connected client:  ${idle}`);
    result(`producer at 30 s:                 ${thirty}`);
    result(`producer at 1 s:                  ${one}`);
    await Promise.all([floor.end(), quiet.end(), busy.end()]);
    const late = busy.lines.filter(({ message }) => message === "polled")
      .map(({ late_ms }) => late_ms ?? NaN).sort((a, b) => a - b);
    const at = (part: number) => late[Math.floor(part * (late.length - 1))];
    result(
      `slots late, ${late.length} of 1 s, answers of 0 to 700 ms: ` +
        `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${late.at(-1)} ms`,
    );
  } finally {
    await stack.destroy(() => {});
    await Deno.remove(new URL(folder, project), { recursive: true });
  }
}

if (import.meta.main) {
  await bench();
  Deno.exit(0);
}
