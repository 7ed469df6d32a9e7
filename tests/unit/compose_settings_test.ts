import { assertEquals } from "@std/assert";
import { composeSettings } from "../../tasks/stack/compose_settings.ts";

Deno.test("`composeSettings()` reads the project and image that Compose would", () => {
  const file = "COMPOSE_PROJECT_NAME=ana\nDENO_IMAGE=example/deno:1\n";
  const rows: [string | undefined, string, string][] = [
    [undefined, file, "ana"],
    [undefined, "", "crypto-stream"],
    // What a shell has for another project does not count.
    ["", file, "ana"],
    ["eva", file, "ana"],
    ["eva", "", "crypto-stream"],
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

Deno.test("`composeSettings()` interpolates what counts in `.env` alone, and reads the file once", () => {
  let reads = 0;
  const { project } = composeSettings({
    env: (name) => name === "USER" ? "ana" : undefined,
    readText() {
      reads++;
      return "COMPOSE_PROJECT_NAME=${USER}-prices\n";
    },
  });
  assertEquals([project, reads], ["ana-prices", 1]);
});

Deno.test("`composeSettings()` reads what Compose reads, the environment first", () => {
  const settings = composeSettings({
    env: (name) => name === "KAFKA_HOST_PORT" ? "19093" : undefined,
    readText: () =>
      "KAFKA_HOST_PORT=1\nSTACK_NAME=mine\n" +
      "COMPOSE_FILE=compose.kraft.yaml:more.yaml\n",
  });
  assertEquals(settings.ports.kafka, 19093);
  assertEquals(settings.standaloneNetwork, "mine-standalone");
  assertEquals([settings.isKraft, settings.project], [true, "crypto-stream"]);
});
