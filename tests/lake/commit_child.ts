// One commit: LAKE_DIR EXTENSION_DIR SEED NEXT COUNT.

import { openWriter } from "../../lakehouse/lake/writer.ts";
import { rowsOf } from "./records.ts";

const [lakeDir = "", extensionDir = "", ...numbers] = Deno.args;
const [seed = 0, next = 0, count = 0] = numbers.map(Number);
const writer = await openWriter({ lakeDir, extensionDir });
await writer.commit({ rows: rowsOf(seed, next, count), gaps: [] });
await writer.close();
