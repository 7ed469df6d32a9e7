import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { OutboxDatabase } from "../../producer/outbox/database.ts";
import { openOutbox } from "../../producer/outbox/open_outbox.ts";
import type { Outbox } from "../../producer/outbox/outbox.ts";
import { peekOutbox } from "../../producer/outbox/peek_outbox.ts";
import {
  ForeignFileError,
  schemaVersion,
} from "../../producer/outbox/schema.ts";
import { captureLog } from "../fakes/log.ts";
import { record } from "../fakes/samples.ts";
import { testDir } from "../harness/broker.ts";

const limits = { records: 1_000, bytes: 1e9 };
const { log: quiet } = captureLog();

function fill(stateDir: string, count: number): void {
  using outbox = openOutbox(stateDir, limits, quiet);
  for (let n = 1; n <= count; n++) outbox.add(record(n));
}

/** Acknowledges all, a batch at a time, and returns the sequence of each. */
function drain(outbox: Outbox): string[] {
  const sequences: string[] = [];
  for (let batch; (batch = outbox.take({ records: 50, bytes: 1e9 }));) {
    sequences.push(...batch.map(({ record }) => record.headers.sequence!));
    outbox.acknowledge(batch, { partition: 0, baseOffset: 0n });
  }
  return sequences;
}

function fileStarting(stateDir: string, prefix: string): string | undefined {
  return [...Deno.readDirSync(stateDir)].map(({ name }) => name)
    .find((name) => name.startsWith(prefix));
}

Deno.test("a rejected record is kept with its reason and value, and survives a reopening", async () => {
  await using dir = await testDir();
  const large = record(1);
  {
    using outbox = openOutbox(dir.path, limits, quiet);
    outbox.add(large);
    outbox.add(record(2));
    const [first] = outbox.take({ records: 1, bytes: 1 })!;
    outbox.reject(first!, "MESSAGE_TOO_LARGE");
  }
  {
    using outbox = openOutbox(dir.path, limits, quiet);
    assertEquals(drain(outbox), ["2"]);
  }
  assertEquals(peekOutbox(dir.path)?.rejected, 1);
  using db = new DatabaseSync(`${dir.path}/outbox.db`, { readOnly: true });
  const rows = db.prepare("SELECT * FROM rejected").all();
  assertEquals(rows.map((row) => ({ ...row })), [{
    number: 1,
    id: large.id,
    topic: large.topic,
    key: large.key,
    value: large.value,
    headers: JSON.stringify(large.headers),
    timestamp_ms: large.timestampMs,
    reason: "MESSAGE_TOO_LARGE",
  }]);
});

for (
  const { name, sql, expected, recovered } of [
    {
      name: "a database of another program",
      sql:
        "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine'); " +
        "PRAGMA application_id = 42",
      expected: "the file is a SQLite database but not an outbox: " +
        "application_id is 42, expected 1129467983",
      recovered: [],
    },
    {
      name: "a database without an application_id",
      sql: "CREATE TABLE notes (text TEXT)",
      expected: "the file is a SQLite database but not an outbox: " +
        "application_id is 0, expected 1129467983",
      recovered: [],
    },
    {
      name: "an outbox of another schema version",
      sql: `PRAGMA user_version = ${schemaVersion + 1}`,
      expected: "the outbox has schema version 2, expected 1",
      recovered: ["1", "2"],
    },
  ]
) {
  Deno.test(`${name} is refused, kept as it is, and replaced by a new outbox`, async () => {
    await using dir = await testDir();
    const path = `${dir.path}/outbox.db`;
    if (recovered.length > 0) fill(dir.path, recovered.length);
    {
      using db = new DatabaseSync(path);
      db.exec(sql);
    }
    const before = await Deno.readFile(path);
    assertThrows(() => new OutboxDatabase(path), ForeignFileError, expected);
    assertEquals(await Deno.readFile(path), before, "it is not written to");

    const { log, lines } = captureLog();
    using outbox = openOutbox(dir.path, limits, log);
    const kept = `${dir.path}/${fileStarting(dir.path, "outbox-damaged-")}`;
    assertEquals(lines, [
      {
        level: "error",
        message: "the outbox file is unusable; starting a new one",
        fields: { reason: expected },
      },
      {
        level: "error",
        message: "recovered the readable records of an unusable outbox",
        fields: { records_recovered: recovered.length, moved_to: kept },
      },
    ]);
    assertEquals(await Deno.readFile(kept), before, "it is moved as it is");
    assertEquals(drain(outbox), recovered);
  });
}

Deno.test("a damaged outbox is moved aside and its readable records are recovered", async () => {
  await using dir = await testDir();
  fill(dir.path, 300);
  const path = `${dir.path}/outbox.db`;
  {
    using file = await Deno.open(path, { read: true, write: true });
    const { size } = await file.stat();
    await file.seek(Math.floor(size / 2 / 4096) * 4096, Deno.SeekMode.Start);
    await file.write(new Uint8Array(8192).fill(0xff));
  }
  const { log, lines } = captureLog();
  using outbox = openOutbox(dir.path, limits, log);
  const sent = drain(outbox).length;
  assert(sent >= 250 && sent < 300, `${sent} of 300 records were recovered`);
  assertEquals(outbox.depth, 0);
  const line = lines.find(({ fields }) => "moved_to" in fields);
  assertEquals(line?.level, "error");
  assertEquals(line?.fields.records_recovered, sent);
  await Deno.stat(String(line?.fields.moved_to));
});

for (
  const { name, content, lineCount } of [
    {
      name: "garbage",
      content: "not a database at all ".repeat(400),
      lineCount: 2,
    },
    { name: "an empty file", content: "", lineCount: 0 },
  ]
) {
  Deno.test(`${name} in place of the outbox does not stop the producer`, async () => {
    await using dir = await testDir();
    await Deno.writeTextFile(`${dir.path}/outbox.db`, content);
    const { log, lines } = captureLog();
    {
      using outbox = openOutbox(dir.path, limits, log);
      outbox.add(record(1));
    }
    assertEquals(peekOutbox(dir.path)?.depth, 1);
    assertEquals(lines.length, lineCount);
    const kept = fileStarting(dir.path, "outbox-damaged-");
    assertEquals(kept !== undefined, content !== "");
  });
}

Deno.test("an interrupted recovery is finished by the next start", async () => {
  await using dir = await testDir();
  fill(dir.path, 3);
  // As a kill between the move and the copying leaves it.
  const rescue = `${dir.path}/outbox-rescue-20261124T000000000Z.db`;
  await Deno.rename(`${dir.path}/outbox.db`, rescue);
  using outbox = openOutbox(dir.path, limits, quiet);
  assertEquals([outbox.depth, outbox.takeInherited()], [3, true]);
});

Deno.test("an outbox file that is deleted while it is open is written again", async () => {
  await using dir = await testDir();
  const { log, lines } = captureLog();
  {
    using outbox = openOutbox(dir.path, limits, log);
    outbox.add(record(1));
    for (const suffix of ["", "-wal", "-shm"]) {
      await Deno.remove(`${dir.path}/outbox.db${suffix}`);
    }
    outbox.add(record(2));
    assertEquals(outbox.depth, 2);
  }
  assertEquals(peekOutbox(dir.path)?.depth, 2);
  assertEquals(
    lines.map(({ message }) => message),
    ["the outbox file was deleted while it was open"],
  );
});
