import { assert, assertEquals } from "@std/assert";
import { priceTable } from "../../tasks/demo/price_table.ts";
import { parseEnvelope } from "../../tasks/verify/record_contract.ts";
import { coin, stored } from "../fakes/samples.ts";

Deno.test("`priceTable()` aligns prices of any size", () => {
  const coins = { bitcoin: coin("92937"), "shiba-inu": coin("2.08e-06") };
  const parsed = parseEnvelope(stored(1, { coins }));
  assert(parsed.ok);
  assertEquals(priceTable(parsed.value), [
    "coin               USD     24 h  market cap   updated",
    "bitcoin      92,937.00  +6.77 %      1.86 T  10:41:54",
    "shiba-inu  0.000002080  +6.77 %      1.86 T  10:41:54",
  ]);
});
