// dbt in a virtual environment of its own, in the user's cache.

import { ensurePythonTool, type PythonToolPorts } from "../host/python_tool.ts";

/**
 * dbt, its adapters and the embedded engine, of the version that runs the lake.
 * Spark is not among them: to compile its SQL needs none.
 */
export const dbtPackages = [
  "dbt-core==1.11.16",
  "dbt-duckdb==1.11.1",
  "dbt-spark==1.11.0",
  "duckdb==1.5.5",
] as const;

/**
 * Returns the path of dbt, and installs it first where the cache lacks it.
 *
 * @throws {CommandError} where Python, pip or the packages cannot be had.
 */
export async function ensureDbt(ports: PythonToolPorts): Promise<string> {
  return await ensurePythonTool({ name: "dbt", packages: dbtPackages }, ports);
}
