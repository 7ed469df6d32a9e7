import { assert, assertEquals, assertRejects } from "@std/assert";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { CommandError } from "../../lib/errors.ts";
import { canMount, mountSmallDisk } from "../chaos/small_disk.ts";
import { assertSound } from "./judge.ts";
import { newPlace } from "./place.ts";
import { rowsOf } from "./records.ts";

const seed = 13;
const diskTest = await canMount() ? Deno.test : Deno.test.ignore;

diskTest(
  "a full disk fails commits by name; with space again the same writer goes on",
  async () => {
    await using place = await newPlace();
    await using disk = mountSmallDisk(place.lakeDir);
    assert(disk !== undefined);
    const writer = await openWriter(place);
    let next = 0;
    const write = async (count: number) => {
      await writer.commit({ rows: rowsOf(seed, next, count), gaps: [] });
      next += count;
    };
    await write(5);
    for (const count of [200, 1]) {
      disk.fill();
      const { message, next: step } = await assertRejects(
        async () => {
          // Space that the catalog has already may take a few.
          for (let tries = 0; tries < 100; tries++) await write(count);
        },
        CommandError,
      );
      assert(message.startsWith(`cannot write the lake in "${place.lakeDir}"`));
      assert(step.includes("free disk space"), `${message} ${step}`);
      disk.makeRoom();
      await write(count);
    }
    await writer.close();
    assertEquals(await assertSound(place, seed), next);
  },
);
