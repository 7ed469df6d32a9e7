import { assertEquals } from "@std/assert";
import { composeSettings } from "../../tasks/stack/compose/compose_settings.ts";

Deno.test("`composeSettings()` reads the project and image that Compose would", () => {
  const file = "COMPOSE_PROJECT_NAME=ana\nDENO_IMAGE=example/deno:1\n";
  const rows: [string | undefined, string, string][] = [
    [undefined, file, "ana"],
    [undefined, "", "crypto-stream"],
    ["", file, "crypto-stream"],
    ["eva", file, "eva"],
  ];
  for (const [name, text, project] of rows) {
    const settings = composeSettings({
      env: (wanted) => wanted === "COMPOSE_PROJECT_NAME" ? name : undefined,
      readText: () => text,
    });
    assertEquals(settings.project, project);
    if (text !== "") assertEquals(settings.denoImage, "example/deno:1");
  }
});
