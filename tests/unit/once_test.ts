import { assertEquals, assertRejects } from "@std/assert";
import { Once } from "../../lakehouse/page/once.ts";

Deno.test("a result is made once for a key, and a failure is made again", async () => {
  const once = new Once<number>(2);
  let made = 0;
  const make = () => Promise.resolve(++made);
  const both = await Promise.all([once.get("a", make), once.get("a", make)]);
  assertEquals([both, await once.get("a", make)], [[1, 1], 1]);
  await assertRejects(() =>
    once.get("b", () => Promise.reject(new Error("x")))
  );
  assertEquals(await once.get("b", make), 2);
  // The one that was used least lately goes.
  await once.get("a", make);
  await once.get("c", make);
  assertEquals(await once.get("a", make), 1);
  assertEquals(await once.get("b", make), 4);
  once.forget("b");
  assertEquals(await once.get("b", make), 5);
});
