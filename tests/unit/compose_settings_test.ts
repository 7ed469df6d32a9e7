import { assertEquals } from "@std/assert";
import { toKeep } from "../../tasks/stack/compose/compose_setup.ts";
import { composeSettings } from "../../tasks/stack/compose_settings.ts";
import { profiles } from "../../tasks/stack/services.ts";

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

Deno.test("`composeSettings()` reads the profiles in use from `.env`", () => {
  const rows: [string, string[], string[]][] = [
    ["", [], []],
    ["COMPOSE_PROFILES=mine", [], ["mine"]],
    ["COMPOSE_PROFILES=mine, observe", ["observe"], ["mine"]],
    ["COMPOSE_PROFILES=*", [...profiles], ["*"]],
  ];
  for (const [text, own, more] of rows) {
    const settings = composeSettings({
      // What a shell has for another project does not count.
      env: (name) => name === "COMPOSE_PROFILES" ? "observe" : undefined,
      readText: () => text,
    });
    assertEquals([settings.profiles, settings.moreProfiles], [own, more]);
    const kept = toKeep(settings, "part-a_dasnet").COMPOSE_PROFILES;
    assertEquals(kept, own.length > 0 ? [...own, ...more].join() : undefined);
  }
});

Deno.test("`toKeep()` has the ports that were moved", () => {
  const settings = composeSettings({
    env: (name) => name === "GRAFANA_HOST_PORT" ? "13000" : undefined,
    readText: () => undefined,
  });
  assertEquals(toKeep(settings, "mine"), {
    DAS_NETWORK: "mine",
    GRAFANA_HOST_PORT: "13000",
  });
});
