// Airflow for tests: in a virtual environment, on SQLite, without a server.

import { projectDir } from "../../lib/project.ts";
import {
  ensurePythonTool,
  type PythonToolPorts,
} from "../../tasks/host/python_tool.ts";
import { type ProcessResult, run } from "../../tasks/host/run_process.ts";
import type { Env } from "../harness/clone.ts";

/** The version of the tests, which is also that of the Compose file. */
export const airflowVersion = "3.3.2";

/** Without the providers that the DAGs do not use. */
const packages = [
  `apache-airflow-core==${airflowVersion}`,
  "apache-airflow-providers-standard==1.21.0",
];

export const dagsDir = new URL("lakehouse/airflow/dags/", projectDir);

/** The path of Airflow, installed if the cache lacks it. */
export async function ensureAirflow(ports: PythonToolPorts): Promise<string> {
  return await ensurePythonTool({ name: "airflow", packages }, ports);
}

/** An Airflow of a test's own. */
export interface Airflow {
  /** `airflow ARGS`. */
  command(args: readonly string[], env?: Env): Promise<ProcessResult>;
  /** A program in Airflow's Python. */
  python(source: string, env?: Env): Promise<ProcessResult>;
}

/**
 * Makes one with a home of its own.
 *
 * @param home An empty folder.
 * @param dags The folder of DAGs.
 */
export async function newAirflow(
  airflow: string,
  home: string,
  dags: string,
): Promise<Airflow> {
  // Where npx started Deno, PATH has none.
  await Deno.mkdir(`${home}/bin`, { recursive: true });
  await Deno.symlink(Deno.execPath(), `${home}/bin/deno`);
  const own = {
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__DAGS_FOLDER: dags,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY: "1",
    PATH: `${home}/bin:${Deno.env.get("PATH") ?? ""}`,
    TZ: "Asia/Kolkata",
  };
  const python = airflow.replace(/[^/]+$/, "python3");
  return {
    command: (args, env = {}) =>
      run(airflow, args, { env: { ...own, ...env } }),
    python: (source, env = {}) =>
      run(python, ["-c", source], { env: { ...own, ...env } }),
  };
}

/** What the DAGs send to LAKE_ALERT_WEBHOOK. */
export interface Alert {
  readonly text: string;
  readonly task_id: string;
  readonly try_number: number;
}

/** Listens for alerts; its path is a secret. */
export function listenForAlerts() {
  const alerts: Alert[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      alerts.push(await request.json());
      return new Response("ok");
    },
  );
  return {
    alerts,
    url: `http://127.0.0.1:${server.addr.port}/secret`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
