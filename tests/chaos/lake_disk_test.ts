// The lake's disk is full while records arrive.

import { assert, assertEquals } from "@std/assert";
import { delay } from "../../lib/clock.ts";
import { startBroker } from "../harness/broker.ts";
import { createTopic } from "../harness/topics.ts";
import { until } from "../harness/until.ts";
import { send } from "./lake_feed.ts";
import { lakeLives } from "./lake_life.ts";
import { LakeOracle } from "./lake_oracle.ts";
import { runSeed, seeded, seededTest } from "./seed.ts";
import { canMount, mountSmallDisk } from "./small_disk.ts";

const topic = "lake.disk";
const ignore = !await canMount();

seededTest(
  "a lake whose disk is full waits, also through a kill, and has each record once there is space",
  async () => {
    await using broker = await startBroker();
    const { bootstrap, dir } = broker;
    const lakeDir = `${dir}/lake`;
    await using disk = mountSmallDisk(lakeDir);
    assert(disk !== undefined);
    await createTopic(bootstrap, { topic, numPartitions: 2 });
    const random = seeded(runSeed, "lake disk");
    const feed = { bootstrap, topic, partitions: 2, random };
    const lives = await lakeLives({ bootstrap, topic, lakeDir });
    const oracle = new LakeOracle(bootstrap, topic);
    const fails = (lines: readonly string[]) =>
      until(
        "it says that it cannot write",
        () =>
          lines.some((line) =>
            line.includes("cannot write the lake") &&
            /full|space|I\/O/i.test(line)
          ),
      );
    const first = lives.run();
    await send(feed, 60);
    await lives.has(60);
    disk.fill();
    await send(feed, 900);
    await fails(first.lines);
    disk.makeRoom();
    await oracle.read();
    await lives.has(oracle.count);
    assert(first.lines.some((line) => line.includes("writing again")));

    disk.fill();
    await send(feed, 900);
    await delay(random.whole(0, 2_000));
    first.kill("SIGKILL");
    await first.ended;
    // It may start and wait, or say that it cannot.
    const second = lives.run();
    let ended = false;
    second.ended.then(() => ended = true);
    await until(
      "it has seen the full disk",
      () => ended || second.lines.some((line) => /full|space|I\/O/i.test(line)),
    );
    disk.makeRoom();
    if (ended) {
      const { code, stdout, stderr } = await second.ended;
      assertEquals(code, 1, stdout);
      assert(/free (disk )?space|free disk/.test(stderr), stderr);
    } else {
      await oracle.read();
      await lives.has(oracle.count);
      second.kill("SIGTERM");
      assertEquals((await second.ended).code, 0);
    }
    const last = await lives.run(["--once"]).ended;
    assertEquals(last.code, 0, last.stdout + last.stderr);
    await oracle.read();
    await oracle.assertLake(lives.location, `CHAOS_SEED=${runSeed}`);
  },
  { ignore },
);
