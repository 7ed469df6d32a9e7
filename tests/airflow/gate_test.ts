// A quality gate that says no, over a real lake and without a broker.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { attach } from "../../lakehouse/lake/attach.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { pathOf, projectDir } from "../../lib/project.ts";
import { findPythonTool } from "../harness/python_tool.ts";
import { newPlace } from "../lake/place.ts";
import { rowsOf } from "../lake/records.ts";
import {
  dagsDir,
  ensureAirflow,
  listenForAlerts,
  newAirflow,
} from "./airflow.ts";

const airflow = await findPythonTool(ensureAirflow);

Deno.test({
  name: "a tick that silver lost fails the pipeline's gate, and is an alert",
  ignore: airflow === undefined,
  async fn() {
    await using place = await newPlace();
    const writer = await openWriter(place);
    await writer.commit({ rows: rowsOf(11, 0, 100), gaps: [] });
    await writer.close();
    const database = await attach({
      ...place,
      isWriter: true,
      tempName: "damage",
    });
    await database.run(
      `DELETE FROM lake.silver.crypto_ticks
        WHERE (crypto_symbol, api_timestamp) IN (
          SELECT (crypto_symbol, api_timestamp) FROM lake.silver.crypto_ticks
          ORDER BY ALL LIMIT 1)`,
    );
    database.close();

    const home = `${place.dir}/airflow`;
    const made = await newAirflow(airflow ?? "", home, pathOf(dagsDir));
    const migrated = await made.command(["db", "migrate"]);
    assertEquals(migrated.code, 0, migrated.stdout + migrated.stderr);
    await using webhook = listenForAlerts();
    const skipped = ["--mark-success-pattern", "^fill$"];
    const { stdout, stderr } = await made.command(
      ["dags", "test", ...skipped, "crypto_pipeline"],
      {
        CRYPTO_STREAM_HOME: pathOf(projectDir),
        KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
        LAKE_DIR: place.lakeDir,
        LAKE_ALERT_WEBHOOK: webhook.url,
        ADMIN_ADDRESS: "off",
      },
    );
    const log = stdout + stderr;
    assertStringIncludes(log, "observed but not in silver");
    assertStringIncludes(log, "state=failed");
    // Once, after the last try.
    assertEquals(
      webhook.alerts.map(({ task_id, try_number }) => [task_id, try_number]),
      [["quality_gate", 3]],
    );
  },
});
