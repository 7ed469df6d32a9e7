import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { catalogName } from "../../lakehouse/lake/lake_names.ts";
import { deno } from "../harness/clone.ts";

Deno.test("the permission set of `deno task lake` lets the catalog shrink", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/${catalogName}`;
    const db = new DatabaseSync(path);
    db.exec(`CREATE TABLE t AS
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)
      SELECT i, hex(randomblob(50)) FROM n; DELETE FROM t`);
    db.close();
    const before = Deno.statSync(path).size;
    // Deno allows VACUUM, which attaches a database, with every permission only.
    const vacuum = new URL(
      "../../lakehouse/lake/vacuum.ts",
      import.meta.url,
    );
    const program = `${dir}/main.ts`;
    Deno.writeTextFileSync(
      program,
      `import { vacuumCatalog } from "${vacuum}";
      console.log(vacuumCatalog(Deno.args[0] ?? ""));`,
    );
    const args = ["run", "-q", "-P=lake", "--config=deno.json"];
    const { stdout, stderr } = await deno([...args, program, dir]);
    assertEquals([stdout.trim(), stderr], ["true", ""]);
    assert(Deno.statSync(path).size < before / 10);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
