// Kills jobs, inside Iceberg's commits too, and deletes their checkpoints.
// Bronze then has every record once, and silver and gold are what they make.

import { assertEquals } from "@std/assert";
import { progress } from "../../tasks/cli/print.ts";
import { isLong, type Random, runSeed, seeded } from "../chaos/seed.ts";
import { withAdmin } from "../harness/consumer.ts";
import { createTopic, deleteTopic } from "../harness/topics.ts";
import { watchCommits } from "./commit_watch.ts";
import { type Kill, killAt, type Moment } from "./killed_job.ts";
import {
  contents,
  createSender,
  expectedOf,
  type Sender,
} from "./sent_records.ts";
import { makeSparkLake, type SparkLake } from "./spark_lake.ts";
import { hasTime } from "./time_left.ts";

/** Kills at a place or a random moment, and what happens between them. */
const plan = isLong
  ? [
    ...["random", "retention", "metadata", "random", "lost", "commit"],
    ...["random", "random", "lost", "metadata", "random"],
    ...["commit", "lost", "random", "metadata", "random"],
  ] as const
  : ["random", "retention", "commit", "lost", "metadata"] as const;

/** Records of each partition before each start: a few batches. */
const records = 150;

/** Of them, retention leaves the last ones. */
const kept = 30;

function momentOf(what: string, random: Random): Moment {
  if (what === "metadata" || what === "commit") return { place: what };
  return random.chance(0.3)
    ? { after: "start", ms: random.whole(0, 15_000) }
    : { after: "first commit", ms: random.whole(0, 8_000) };
}

/** Deletes older records of each partition, as retention does. */
async function deleteOlder(
  bootstrap: string,
  topic: string,
): Promise<Map<number, number>> {
  return await withAdmin(bootstrap, async (admin) => {
    const ends = await admin.fetchTopicOffsets(topic);
    const starts = new Map(
      ends.map(({ partition, high }) => [partition, Number(high) - kept]),
    );
    const partitions = Array.from(starts, ([partition, offset]) => ({
      partition,
      offset: String(offset),
    }));
    await admin.deleteTopicRecords({ topic, partitions });
    return starts;
  });
}

interface Gap {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** What the lake says that retention took from the first epoch. */
function gapsOf(lines: readonly string[], starts: Map<number, number>): Gap[] {
  const gaps = lines.map((line) => {
    const [reason, epoch, partition, from, to] = line.split(" ");
    assertEquals([reason, epoch], ["retention", "0"], line);
    return { partition: Number(partition), from: Number(from), to: Number(to) };
  });
  // Each once, and no record that Kafka still had is passed.
  assertEquals(
    gaps.map(({ partition, to }) => [partition, to]),
    Array.from(starts).toSorted(([one], [other]) => one - other),
  );
  return gaps;
}

/** Compares all rows of the lake with what was sent. */
async function judge(
  lake: SparkLake,
  { sent }: Sender,
  starts: Map<number, number>,
): Promise<void> {
  const rows = await lake.rows("sql", contents);
  const partOf = (name: string) =>
    rows.filter(({ part }) => part === name).map(({ line }) => String(line))
      .toSorted();
  const gaps = gapsOf(partOf("gaps"), starts);
  const records = sent.filter(({ epoch, ...it }) =>
    epoch > 0 ||
    !gaps.some(({ partition, from, to }) =>
      partition === it.partition && from <= it.offset && it.offset < to
    )
  );
  const expected = expectedOf(records);
  const bronze = partOf("bronze");
  const distinct = new Set(bronze);
  const lost = new Set(expected.bronze).difference(distinct).size;
  const doubled = bronze.length - distinct.size;
  const gone = sent.length - records.length;
  progress(
    `kills: ${sent.length} records sent, ${gone} deleted by retention, ` +
      `${bronze.length} in bronze: ${lost} lost, ${doubled} doubled`,
  );
  assertEquals({ lost, doubled }, { lost: 0, doubled: 0 });
  assertEquals(bronze, expected.bronze);
  assertEquals(partOf("ticks"), expected.ticks);
  assertEquals(partOf("rejects"), expected.rejects);
  assertEquals(partOf("hours"), expected.hours);
}

/** With what the tests in the files after this one take. */
const ignore = !hasTime("the kills on Spark", 25);

Deno.test(
  "jobs that are killed, checkpoints that are lost, a topic made again: every record once",
  {
    ignore,
  },
  async (t) => {
    progress(`kills: CHAOS_SEED=${runSeed}`);
    const random = seeded(runSeed, "spark kills");
    await using lake = await makeSparkLake("kills");
    const bootstrap = `localhost:${lake.env.KAFKA_HOST_PORT}`;
    const sender = createSender(bootstrap, lake.topic);
    const checkpoints = `_checkpoints/${lake.topic}`;
    await using watch = watchCommits(
      `${lake.env.SPARK_NAMESPACE_PREFIX}bronze`,
      checkpoints,
    );

    let starts = new Map<number, number>();

    const isKilled = await t.step(
      "jobs are killed, checkpoints are lost",
      async () => {
        const kills: Kill[] = [];
        for (const what of plan) {
          if (what === "lost") {
            await watch.loseCheckpoints();
            assertEquals((await watch.look()).planned, -1);
            continue;
          }
          await sender.send(records);
          if (what === "retention") {
            starts = await deleteOlder(bootstrap, lake.topic);
            continue;
          }
          const kill = await killAt(lake, watch, momentOf(what, random));
          kills.push(kill);
          progress(
            `kills: ${kills.length} ${what}: ${kill.place}, first commit after ` +
              `${kill.firstCommit ?? "-"} s, dead after ${kill.seconds} s`,
          );
          if (what !== "random") assertEquals(kill.place, what);
        }
        const inside =
          kills.filter(({ place }) => place !== "elsewhere").length;
        const lost = plan.filter((what) => what === "lost").length;
        progress(
          `kills: ${kills.length} kills, ${inside} of them inside a commit, ` +
            `${lost} checkpoints lost`,
        );
        await lake.must("run", "--once");
      },
    );
    // The rest would only say the same again.
    if (!isKilled) return;

    await t.step("the topic is deleted and created again", async () => {
      await deleteTopic(bootstrap, lake.topic);
      await createTopic(bootstrap, { topic: lake.topic, numPartitions: 2 });
      sender.beginEpoch();
      await sender.send(50);
      await lake.must("run", "--once");
    });

    await t.step(
      "nothing is lost or doubled, and all layers agree",
      async () => {
        // Side by side: both begin with a start of Spark.
        await Promise.all([judge(lake, sender, starts), lake.must("verify")]);
      },
    );
  },
);
