import { assertEquals } from "@std/assert";
import { Calm } from "../../lakehouse/page/calm.ts";
import { FakeClock } from "../fakes/clock.ts";

Deno.test("a slow look is taken for a tenth of the time at most, and once for a version", async () => {
  const clock = new FakeClock();
  const looked: number[] = [];
  const calm = new Calm((version) => {
    looked.push(version);
    clock.advance(100);
    return Promise.resolve(version);
  }, clock);
  assertEquals(await calm.get(1), 1);
  clock.advance(899);
  assertEquals(await calm.get(2), 1);
  clock.advance(1);
  assertEquals(await calm.get(3), 3);
  clock.advance(10_000);
  assertEquals(await calm.get(3), 3);
  assertEquals(looked, [1, 3]);
});
