// DuckDB with its extensions and a lake attached, without Kafka: what `lake run`
// cannot be faster than.

import { attach } from "../../lakehouse/lake/attach.ts";
import { print } from "./client.ts";

const [lakeDir = "", extensionDir = ""] = Deno.args;
const database = await attach({
  lakeDir,
  extensionDir,
  isWriter: true,
  tempName: "bench",
});
await database.all("SELECT max(snapshot_id) FROM lake.snapshots()");
print({ message: "ready" });
database.close();
