import { assertEquals, assertRejects } from "@std/assert";
import { PriceBoard } from "../../lakehouse/page/price_board.ts";
import { FakePageLake, priceRow } from "../fakes/page_lake.ts";

Deno.test("a board reads all once, then what is new, and never an older price", async () => {
  const lake = new FakePageLake();
  const board = new PriceBoard(lake);
  lake.prices = [priceRow("a", 5), priceRow("b", 5)];
  await board.follow(3);
  assertEquals(lake.asked[0]?.parameters, []);
  assertEquals(board.changedSince(2).map(({ coin }) => coin), ["a", "b"]);

  lake.prices = [priceRow("a", 4, "9.0"), priceRow("b", 7, "2.0")];
  await board.follow(4);
  const last = BigInt(Date.parse("2025-12-03T10:41:05Z")) * 1_000n;
  assertEquals(lake.asked[1]?.parameters, [last]);
  assertEquals(board.now.coins.map(({ coin, price }) => [coin, price]), [
    ["a", "1"],
    ["b", "2"],
  ]);
  assertEquals(board.changedSince(3).map(({ coin }) => coin), ["b"]);
  assertEquals(board.changedSince(4), []);
  assertEquals(board.now.version, 4);
  assertEquals(board.now.newestMs, Date.parse("2025-12-03T10:41:07Z"));
  await board.follow(4);
  await board.follow(2);
  assertEquals(lake.asked.length, 2);
});

Deno.test("a board compares times, not their text", async () => {
  const lake = new FakePageLake();
  const board = new PriceBoard(lake);
  const row = (at: string, price: string) => {
    const [coin = "", , ...rest] = priceRow("a", 5);
    return [coin, price, ...rest.slice(0, 3), at, ...rest.slice(4)];
  };
  lake.prices = [row("2025-12-03T10:41:05Z", "1")];
  await board.follow(1);
  lake.prices = [row("2025-12-03T10:41:05.5Z", "2")];
  await board.follow(2);
  assertEquals(board.now.coins[0]?.price, "2");
});

Deno.test("a board whose lake fails goes on where it was; calls at once ask once", async () => {
  const lake = new FakePageLake();
  const board = new PriceBoard(lake);
  lake.prices = [priceRow("a", 5)];
  lake.gate = () => Promise.reject(new Error("disk"));
  await assertRejects(() => board.follow(3), Error, "disk");
  assertEquals(board.now, { version: -1, coins: [], newestMs: undefined });
  lake.gate = () => Promise.resolve();
  await Promise.all([board.follow(3), board.follow(3), board.follow(3)]);
  assertEquals(lake.asked.length, 2);
  assertEquals(board.now.coins.length, 1);
});
