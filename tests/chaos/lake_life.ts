// One `lake run` process.

import { lakeExtensions } from "../../tasks/lake/lake_extensions.ts";
import { lakeArgs } from "../../tasks/lake/run_lake.ts";
import { start } from "../../tasks/host/run_process.ts";
import type { LakeLocation } from "../../lakehouse/lake/attach.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { projectDir } from "../../lib/project.ts";
import { until } from "../harness/until.ts";

/** What a `lake run` is started with. */
export interface LakePlan {
  readonly bootstrap: string;
  readonly topic: string;
  readonly lakeDir: string;
  /** Further settings. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts processes on one lake, and looks into it. */
export async function lakeLives(plan: LakePlan) {
  const { bootstrap, topic, lakeDir } = plan;
  const args = await lakeArgs();
  const location: LakeLocation = {
    lakeDir,
    extensionDir: await lakeExtensions(),
  };
  const env = {
    LAKE_DIR: lakeDir,
    LAKE_ADDRESS: "off",
    LAKE_GROUP_ID: `${topic}-group`,
    KAFKA_BOOTSTRAP_SERVERS: bootstrap,
    KAFKA_TOPIC: topic,
    LOG_FORMAT: "json",
    ...plan.env,
  };
  async function count(): Promise<number> {
    const reader = await openReader(location);
    try {
      const { rows } = await reader.query(
        "SELECT count(*) FROM bronze.crypto_ticks_raw",
      );
      return Number(rows[0]?.[0]);
    } finally {
      await reader.close();
    }
  }
  return {
    location,
    env,
    /** Starts a process; `lines` grows while it runs. */
    run(
      more: readonly string[] = [],
      settings: Readonly<Record<string, string>> = {},
    ) {
      const lines: string[] = [];
      const process = start(Deno.execPath(), [...args, ...more], {
        cwd: projectDir,
        env: { ...env, ...settings },
        onLine: (line) => lines.push(line),
      });
      return { ...process, lines };
    },
    count,
    /** Waits until bronze has so many rows. */
    has: (rows: number) =>
      until(`${rows} rows in bronze`, async () => {
        // A lake that is being made cannot be read yet.
        return await count().catch(() => 0) >= rows;
      }),
  };
}
