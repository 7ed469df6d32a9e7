// A property: whatever `.env` says, Docker Compose and this project read the
// same from it, and refuse the same.

import { assert, assertEquals } from "@std/assert";
import { parseDotenv } from "../../lib/dotenv.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import { seeded } from "../fakes/random.ts";
import { testDir } from "../harness/broker.ts";

const names = ["A", "B", "_c", "D1", "KEY", "HOST_VALUE"];
const environment = { HOST_VALUE: "host" };
const atoms = [
  ...["x", "y z", "#", " # c", "$A", "${B}", "${A:-d}", "${_c-e}", "${D1:+f}"],
  ...["$$", "\\n", "\\t", "\\\\", "\\$", '\\"', "'", '"', "=", ":", "é", "$"],
  ...["$1", "${NOT_SET}", "${A:-${B}}", "{", "}", "\\0101", "\\x", "#z", "\t"],
];
const otherLines = ["# comment", "", "A.B=c", "my-var=1", "KEY: value"]
  .concat("SOME_FLAG", "HOST_VALUE");

/** A file of some lines, in the forms that people and tools write. */
function randomFile(random: () => number): string {
  const pick = <T>(items: readonly T[]): T =>
    items[Math.floor(random() * items.length)]!;
  const value = () => {
    const text = Array.from(
      { length: Math.floor(random() * 5) },
      () => pick(atoms),
    ).join("");
    const quote = pick(["", "", "'", '"']);
    if (quote === "") return text + pick(["", " ", " # note"]);
    const more = random() < 0.2 ? "\nmore" : "";
    const inner = text.replaceAll(quote, quote === '"' ? '\\"' : "") + more;
    return quote + inner + quote + pick(["", " ", " # note"]);
  };
  const line = () =>
    random() < 0.25
      ? pick(otherLines)
      : pick(["", "", "  "]) + pick(["", "", "export "]) +
        pick(names.slice(0, 4)) + pick(["=", " = ", ": "]) + value();
  const lines = Array.from({ length: 1 + Math.floor(random() * 6) }, line);
  return pick(["", "\uFEFF"]) + lines.join(pick(["\n", "\r\n"])) + "\n";
}

function ours(text: string): Record<string, string> | undefined {
  const lookup = (name: string) =>
    name === "HOST_VALUE" ? environment[name] : undefined;
  try {
    const dotenv = parseDotenv(text, lookup);
    return Object.fromEntries(
      names.map((name) => [name, lookup(name) ?? dotenv.get(name) ?? "<none>"]),
    );
  } catch {
    return undefined;
  }
}

Deno.test("`.env` files are read as Docker Compose reads them", async () => {
  await using folder = await testDir();
  const compose = `${folder.path}/compose.yaml`;
  const file = `${folder.path}/generated.env`;
  const variables = names.map((name) => `      ${name}: "\${${name}-<none>}"`);
  await Deno.writeTextFile(
    compose,
    "services:\n  x:\n    image: x\n    environment:\n" + variables.join("\n"),
  );
  const docker = createDocker({ env: environment });
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
  const random = seeded(seed);
  let accepted = 0;
  for (let round = 0; round < 100; round++) {
    const text = randomFile(random);
    await Deno.writeTextFile(file, text);
    const { code, stdout } = await docker.run([
      ...["compose", "-f", compose, "--env-file", file],
      ...["config", "--format", "json"],
    ]);
    let theirs: Record<string, string> | undefined;
    if (code === 0) {
      accepted++;
      const { environment } = JSON.parse(stdout).services.x;
      // It prints a dollar sign as Compose files have it.
      theirs = Object.fromEntries(names.map((name) => [
        name,
        String(environment[name]).replaceAll("$$", "$"),
      ]));
    }
    assertEquals(ours(text), theirs, `seed ${seed}: ${JSON.stringify(text)}`);
  }
  assert(accepted > 50, `only ${accepted} of 100 files were accepted`);
});
