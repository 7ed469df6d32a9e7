// Debian's Prometheus, for tests of ops/.

import { projectDir } from "../../lib/project.ts";
import { progress } from "../../tasks/cli/print.ts";
import { run, start } from "../../tasks/host/run_process.ts";
import { testDir } from "./broker.ts";
import { freePort } from "./ports.ts";
import { until } from "./until.ts";

/** Whether it is here; where it is not, the tests are skipped, unless CI is set. */
export async function hasPrometheus(): Promise<boolean> {
  for (const program of ["prometheus", "promtool"]) {
    const found = await run(program, ["--version"]).catch(() => undefined);
    if (found !== undefined) continue;
    const missing = `${program} not found in PATH (Debian: prometheus)`;
    if (Deno.env.get("CI")) throw new Error(missing);
    progress(`skipped: ${missing}`);
    return false;
  }
  return true;
}

/** Runs promtool; throws what it printed when it fails. */
export async function promtool(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run("promtool", args, {
    cwd: projectDir,
  });
  if (code === 0) return stdout + stderr;
  throw new Error(`promtool ${args.join(" ")}: ${stdout}${stderr}`);
}

/** A series as a query returns it; the value as Prometheus prints it. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface Alert {
  readonly state: "pending" | "firing";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RunningPrometheus extends AsyncDisposable {
  /** The targets that were scraped last time, by job. */
  up(): Promise<string[]>;
  query(expression: string): Promise<readonly Sample[]>;
  alerts(): Promise<readonly Alert[]>;
}

/**
 * Runs the project's configuration and rules every second, with a rule's minutes
 * taken as seconds.
 *
 * @param targets The addresses that take the place of those of the file.
 */
export async function startPrometheus(
  targets: Readonly<Record<string, string>>,
): Promise<RunningPrometheus> {
  const dir = await testDir();
  const read = (file: string) =>
    Deno.readTextFile(new URL(`ops/prometheus/${file}`, projectDir));
  let config = await read("prometheus.yml");
  for (const [from, to] of Object.entries(targets)) {
    config = config.replace(`"${from}"`, `"${to}"`);
  }
  await Deno.writeTextFile(
    `${dir.path}/prometheus.yml`,
    config.replace(
      "scrape_interval: 15s",
      "scrape_interval: 1s\n  evaluation_interval: 1s",
    ),
  );
  await Deno.writeTextFile(
    `${dir.path}/alerts.yml`,
    (await read("alerts.yml")).replaceAll(/for: (\d+)m$/gm, "for: $1s"),
  );
  const address = `127.0.0.1:${freePort()}`;
  const process = start("prometheus", [
    `--config.file=${dir.path}/prometheus.yml`,
    `--storage.tsdb.path=${dir.path}/data`,
    `--web.listen-address=${address}`,
    "--log.level=warn",
  ]);

  async function ask<T>(path: string): Promise<T> {
    const response = await fetch(`http://${address}/api/v1/${path}`);
    const { status, data, error } = await response.json();
    if (status === "success") return data;
    throw new Error(`${path}: ${error}`);
  }

  async function dispose(): Promise<void> {
    process.kill("SIGTERM");
    await process.ended;
    await dir[Symbol.asyncDispose]();
  }

  try {
    await until("Prometheus is ready", async () => {
      const ready = await fetch(`http://${address}/-/ready`)
        .catch(() => undefined);
      await ready?.body?.cancel();
      return ready?.ok;
    });
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    async up() {
      const { activeTargets } = await ask<{
        activeTargets: { health: string; labels: { job: string } }[];
      }>("targets?state=active");
      return activeTargets.filter(({ health }) => health === "up")
        .map(({ labels }) => labels.job);
    },
    async query(expression) {
      const query = `query?query=${encodeURIComponent(expression)}`;
      return (await ask<{ result: Sample[] }>(query)).result;
    },
    async alerts() {
      return (await ask<{ alerts: Alert[] }>("alerts")).alerts;
    },
    [Symbol.asyncDispose]: dispose,
  };
}
