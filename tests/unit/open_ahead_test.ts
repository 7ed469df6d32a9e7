import { assertEquals, assertRejects } from "@std/assert";
import { openAhead } from "../../lakehouse/ingest/open_ahead.ts";

/** Counts what is opened, and what of it is closed. */
function setUp(failures = 0) {
  const closed: number[] = [];
  let opened = 0;
  const ahead = openAhead(() => {
    const number = ++opened;
    if (number <= failures) return Promise.reject(new Error(`no ${number}`));
    return Promise.resolve({
      number,
      close: () => Promise.resolve(void closed.push(number)),
    });
  });
  return { ahead, closed, opened: () => opened };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("openAhead() begins at once; only later calls open another one", async () => {
  const { ahead, closed, opened } = setUp();
  assertEquals(opened(), 1);
  assertEquals((await ahead.open()).number, 1);
  assertEquals((await ahead.open()).number, 2);
  ahead[Symbol.dispose]();
  await settled();
  // Those are their takers' to close.
  assertEquals(closed, []);
});

Deno.test("openAhead() closes what was not taken", async () => {
  const { ahead, closed } = setUp();
  ahead[Symbol.dispose]();
  ahead[Symbol.dispose]();
  await settled();
  assertEquals(closed, [1]);
});

Deno.test("openAhead() hands a failure to the first caller, and to none without one", async () => {
  const { ahead } = setUp(1);
  await assertRejects(() => ahead.open(), Error, "no 1");
  assertEquals((await ahead.open()).number, 2);
  setUp(1).ahead[Symbol.dispose]();
  await settled();
});
