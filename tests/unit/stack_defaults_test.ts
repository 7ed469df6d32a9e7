import { assert, assertEquals } from "@std/assert";
import composeYaml from "../../compose.yaml" with { type: "text" };
import kraftYaml from "../../compose.kraft.yaml" with { type: "text" };
import envExample from "../../.env.example" with { type: "text" };
import { ownLakeSettings } from "../../lakehouse/lake_settings.ts";
import { settingsTable } from "../../producer/config/settings_table.ts";
import { sparkSettings } from "../../tasks/lake/spark/spark_settings.ts";
import { stackDefaults } from "../../tasks/stack/stack_defaults.ts";

const defaults = new Map<string, string>(Object.entries(stackDefaults));

for (
  const [name, text] of [
    ["compose.yaml", composeYaml],
    ["compose.kraft.yaml", kraftYaml],
  ] as const
) {
  Deno.test(`${name} has the defaults of the table`, () => {
    const yaml = text.replaceAll(/^ *#.*$/gm, "");
    const found = [...yaml.matchAll(/\$\{(\w+):-([^}]*)\}/g)];
    assert(found.length > 3);
    for (const [, setting = "", value] of found) {
      // Deno's own; the default stands for none.
      if (setting === "DENO_CERT") continue;
      assertEquals(value, defaults.get(setting), setting);
    }
    assertEquals(
      /^name: (.*)$/m.exec(text)?.[1],
      stackDefaults.COMPOSE_PROJECT_NAME,
    );
  });
}

Deno.test("compose.yaml has every setting of the table", () => {
  for (const name of defaults.keys()) {
    if (name === "COMPOSE_PROJECT_NAME") continue;
    assert(composeYaml.includes(`\${${name}:-`), name);
  }
});

Deno.test(".env.example shows the defaults of all tables", () => {
  const shown = new Map(
    [...envExample.matchAll(/^#(\w+)=(.*)$/gm)]
      .map(([, name = "", value = ""]) => [name, value]),
  );
  const expected = new Map<string, string>([
    ...settingsTable.map(([name, fallback]) => [name, fallback] as const),
    ...ownLakeSettings.map(([name, fallback]) => [name, fallback] as const),
    ...sparkSettings.map(([name, fallback]) => [name, fallback] as const),
    ...defaults,
  ]);
  assertEquals([...shown].toSorted(), [...expected].toSorted());
});
