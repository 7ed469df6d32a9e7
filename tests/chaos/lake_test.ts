// `lake run` as a real process, killed again and again while records arrive, in
// transactions and in maintenances: what it said to have committed is there, and
// at the end the lake is what the topic's own records say.

import { assert, assertEquals } from "@std/assert";
import { progress } from "../../tasks/cli/print.ts";
import { startBroker } from "../harness/broker.ts";
import { createTopic } from "../harness/topics.ts";
import { ask } from "../lake/place.ts";
import { keepSending } from "./lake_feed.ts";
import { lakeFreezer, type Place } from "./lake_freeze.ts";
import { type Life, liveAndDie, moments } from "./lake_kill.ts";
import { lakeLives } from "./lake_life.ts";
import { LakeOracle } from "./lake_oracle.ts";
import { isLong, runSeed, seeded, seededTest } from "./seed.ts";

const topic = "lake.chaos";
const partitions = 2;
const rounds = isLong ? 4 : 1;

const held = `SELECT (SELECT count(*) FROM bronze.crypto_ticks_raw),
  (SELECT max(snapshot_id) FROM lake.snapshots())`;

/** Counts of the lives so far; what they acknowledged. */
function tally(lives: readonly Life[]) {
  const at = (place: Place) => lives.filter((it) => it.place === place).length;
  return {
    lives: lives.length,
    committing: lives.filter(({ records }) => records > 0).length,
    records: lives.reduce((sum, { records }) => sum + records, 0),
    snapshot: Math.max(0, ...lives.map(({ snapshot }) => snapshot)),
    inTransaction: at("transaction"),
    inMaintenance: at("maintenance"),
  };
}

seededTest(
  "a lake that is killed again and again has every record once",
  async () => {
    const random = seeded(runSeed, "lake");
    await using broker = await startBroker();
    const { bootstrap } = broker;
    await createTopic(bootstrap, { topic, numPartitions: partitions });
    const lives = await lakeLives({
      bootstrap,
      topic,
      lakeDir: `${broker.dir}/lake`,
      // It maintains itself a few times in each life.
      env: { LAKE_MAINTAIN_HOURS: "0.0001", LAKE_KEEP_DAYS: "0" },
    });
    const { location } = lives;
    const killed = { lives, freezer: lakeFreezer(location), random };
    const ended: Life[] = [];
    {
      await using _feeding = keepSending({
        bootstrap,
        topic,
        partitions,
        random: seeded(runSeed, "lake records"),
      });
      for (let round = 0; round < rounds; round++) {
        for (const moment of moments) {
          ended.push(await liveAndDie(moment, killed));
          const { records, snapshot } = tally(ended);
          if (records === 0) continue;
          // Later lives would read again what is lost, and hide it.
          const [counts = []] = await ask(location, held);
          const [rows = 0, newest = 0] = counts.map(Number);
          const where = `after life ${ended.length}, killed at ${moment}`;
          assert(rows >= records, `${rows} of ${records} records ${where}`);
          assert(newest >= snapshot, `snapshot ${snapshot} is gone ${where}`);
        }
      }
    }
    const counts = tally(ended);
    const last = await lives.run(["--once"]).ended;
    assertEquals(last.code, 0, last.stdout + last.stderr);
    const oracle = new LakeOracle(bootstrap, topic);
    await oracle.read();
    const said = `${counts.committing} of ${counts.lives} lives committed ` +
      `${counts.records} of ${oracle.count} records; killed in a transaction: ` +
      `${counts.inTransaction}, in a maintenance: ${counts.inMaintenance}`;
    progress(`chaos: lake: ${said}; CHAOS_SEED=${runSeed}`);
    await oracle.assertLake(location, `CHAOS_SEED=${runSeed}`);
    // All but the one that dies at its start.
    assert(counts.committing >= rounds * (moments.length - 1), said);
    assert(counts.inTransaction >= rounds, said);
    assert(counts.inMaintenance >= 2 * rounds, said);
  },
);
