import { assert, assertEquals } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { ownLakeSettings } from "../../lakehouse/lake_settings.ts";
import { settingsTable } from "../../producer/config/settings_table.ts";
import { withheld } from "../../tasks/host/shell_variables.ts";
import { hostile } from "../fakes/hostile_variables.ts";
import { sparkSettings } from "../../tasks/lake/spark/spark_settings.ts";
import { stackDefaults } from "../../tasks/stack/stack_defaults.ts";
import { check, deno } from "../harness/clone.ts";
import { exists, readText } from "../../lib/files.ts";
import { proxyNames } from "../../lib/no_proxy.ts";
import { pathOf, projectDir } from "../../lib/project.ts";
import { rooms } from "../harness/rooms.ts";
import { lakeLines } from "../../tasks/demo/demo_lake.ts";

const pages = [
  "README.md",
  "bench/README.md",
  "ops/README.md",
  "lakehouse/models/README.md",
  ...Array.from(Deno.readDirSync(new URL("docs/", projectDir)))
    .filter(({ isFile }) => isFile).map(({ name }) => `docs/${name}`),
];
const notebook = "lakehouse/notebooks/crypto_lake.ipynb";
const texts = new Map([
  ...pages.map((page) =>
    [page, Deno.readTextFileSync(new URL(page, projectDir))] as const
  ),
  [notebook, notebookText()] as const,
]);

/** What the notebook's cells say. */
function notebookText(): string {
  const text = Deno.readTextFileSync(new URL(notebook, projectDir));
  const cells: readonly { readonly source: readonly string[] }[] =
    JSON.parse(text).cells;
  return cells.map(({ source }) => source.join("")).join("\n\n");
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

/** The anchors of a page's headings, as GitHub and GitLab make them. */
function anchorsOf(text: string): string[] {
  return Array.from(
    withoutBlocks(text).matchAll(/^#+ (.+)$/gm),
    ([, heading = ""]) =>
      heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim().replaceAll(" ", "-"),
  );
}

Deno.test("README.md has at most 150 lines", () => {
  const lines = (texts.get("README.md") ?? "").trimEnd().split("\n");
  assert(lines.length <= 150, `${lines.length} lines`);
});

Deno.test("the README shows what the demo prints", () => {
  const demo = Deno.readTextFileSync(
    new URL("tasks/demo/run_demo.ts", projectDir),
  );
  const shown = texts.get("README.md")?.match(/^ *(Prices|ATTENTION): .*$/gm);
  assertEquals(shown?.length, 2);
  for (const line of shown ?? []) assert(demo.includes(`"${line}"`), line);
  const counts = { bronze: 3, silver: 30, coins: 10, rejects: 0, candles: 10 };
  const layers = lakeLines(JSON.stringify(counts), 132).join("\n");
  assert(texts.get("README.md")?.includes(`\n${layers}\n`), layers);
});

Deno.test("every relative link and anchor of the documentation resolves", () => {
  const broken: string[] = [];
  let seen = 0;
  for (const [page, text] of texts) {
    for (
      const [, link = ""] of withoutBlocks(text).matchAll(/\]\(([^)]+)\)/g)
    ) {
      if (/^[a-z]+:/.test(link)) continue;
      seen++;
      const [path = "", anchor] = link.split("#");
      const base = new URL(page, projectDir);
      const target = readText(path === "" ? base : new URL(path, base));
      const isGood = target !== undefined &&
        (anchor === undefined || anchorsOf(target).includes(anchor));
      if (!isGood) broken.push(`${page}: ${link}`);
    }
  }
  assert(seen > 10, `only ${seen} links were found`);
  assertEquals(broken, []);
});

Deno.test("every picture of docs/ is shown or linked, and all are small", () => {
  const folder = new URL("docs/pictures/", projectDir);
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  const all = [...texts.values()].join("\n");
  assertEquals(names.filter((name) => !all.includes(`pictures/${name}`)), []);
  const bytes = names.map((name) => Deno.statSync(new URL(name, folder)).size)
    .reduce((sum, size) => sum + size, 0);
  assert(bytes < 1_500_000, `${bytes} bytes`);
});

Deno.test("every page of docs/ is linked in the README", () => {
  const readme = texts.get("README.md") ?? "";
  for (const page of pages.filter((it) => it !== "README.md")) {
    assert(readme.includes(`](${page})`), page);
  }
});

Deno.test("the README's command table has the tasks of deno.json", () => {
  const rows = (texts.get("README.md") ?? "")
    .matchAll(/^\| `deno task ([\w:]+)` +\|/gm);
  assertEquals(
    Array.from(rows, ([, name = ""]) => name).sort(),
    Object.keys(denoJson.tasks).sort(),
  );
});

/** What a pattern's first group matches in the documentation. */
function named(pattern: RegExp): { page: string; name: string }[] {
  return [...texts].flatMap(([page, text]) =>
    Array.from(text.matchAll(pattern), ([, name = ""]) => ({ page, name }))
  );
}

/** The commands of the documentation, with the flags that are given to each. */
const mentioned = [...texts].flatMap(([page, text]) =>
  Array.from(
    text.matchAll(/\b(?:deno|deno@2\.9\.6) task ([\w:-]+)([^`\n#|;,]*)/g),
    ([, name = "", rest = ""]) => ({
      page,
      name,
      flags: rest.match(/(?<=\s)--?[a-z][\w-]*/g) ?? [],
    }),
  )
);

Deno.test("every task that the documentation names exists", () => {
  assert(mentioned.length > 50, `only ${mentioned.length} were found`);
  const wrong = mentioned.filter(({ name }) =>
    !Object.hasOwn(denoJson.tasks, name)
  );
  assertEquals(wrong, []);
});

Deno.test("every flag that the documentation names is in the command's help", async () => {
  const flagsOf = Map.groupBy(
    mentioned.filter(({ flags }) => flags.length > 0),
    ({ name }) => name,
  );
  const wrong: string[] = [];
  for (const [name, uses] of flagsOf) {
    const task = Object.entries(denoJson.tasks).find(([it]) => it === name);
    const [, ...args] = task?.[1].command.split(" ") ?? [];
    const help = await deno([...args, "--help"]);
    assertEquals(help.code, 0, `${name}: ${help.stderr}`);
    for (const { page, flags } of uses) {
      for (const flag of flags) {
        const known = new RegExp(`(?<![\\w-])${flag}(?![\\w-])`);
        if (flag !== "--help" && !known.test(help.stdout)) {
          wrong.push(`${page}: ${name} ${flag}`);
        }
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("docs/architecture.md has the rooms in the order of imports", () => {
  const text = texts.get("docs/architecture.md") ?? "";
  const list = text.matchAll(/^\d+\. `([\w/]+)`/gm);
  const isRoom = (name: string) => rooms.includes(name);
  assertEquals(
    Array.from(list, ([, name = ""]) => name).filter(isRoom),
    [...rooms],
  );
});

Deno.test("every file that the documentation names exists", () => {
  const paths = named(
    /`((?:lib|kafka|producer|tasks|bench|tests|offline|ops)\/[\w./-]*)`/g,
  );
  const missing = paths.filter(({ name }) =>
    !exists(pathOf(new URL(name, projectDir)))
  );
  assertEquals(missing, []);
});

/** Variables that belong to no table; the last one is in a log message. */
const otherVariables = new Set([
  ...proxyNames,
  "DBT_LOG_PATH",
  "DBT_PROFILES_DIR",
  "DBT_PROJECT_DIR",
  "BRONZE_FILE",
  "DBT_TARGET_PATH",
  "DUCKDB_EXTENSION_DIRECTORY",
  "LAKE_READ_ONLY",
  "SPARK_DIR",
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "CHAOS_SEED",
  "COMPOSE_FILE",
  "COMPOSE_IGNORE_ORPHANS",
  "COMPOSE_PROFILES",
  "SSL_CERT_FILE",
  "DOCKER_CONTEXT",
  "DUCKDB_EXTENSIONS",
  "DOCKER_HOST",
  "MY_API_URL",
  "DENO_AUTH_TOKENS",
  "DENO_CERT",
  "DENO_DIR",
  "DENO_TLS_CA_STORE",
  "DENO_V8_FLAGS",
  "NODE_ENV",
  "NO_COLOR",
  "NPM_CONFIG_REGISTRY",
  "OWN_SPARK",
  "PART_A_LAKE",
  "SKIP_TIERS",
  "SPARK_UNTIL",
  "SPARK_TEST_STACK",
  "LEFT_OUT",
  "KAFKA_ADVERTISED_LISTENERS",
]);

/** What the DAGs and their Compose file read. */
function airflowVariables(): string[] {
  const [dags = "", compose = ""] = [
    "lakehouse/airflow/dags/crypto_lake.py",
    "compose.airflow.yaml",
  ].map((file) => Deno.readTextFileSync(new URL(file, projectDir)));
  return [
    ...dags.matchAll(/\bsetting\("([A-Z_]+)"/g),
    ...compose.matchAll(/\$\{([A-Z_]+):/g),
  ].map(([, name = ""]) => name);
}

Deno.test("docs/airflow.md has every variable of the DAGs", () => {
  const page = texts.get("docs/airflow.md") ?? "";
  const settings = airflowVariables().filter((name) =>
    !Object.hasOwn(stackDefaults, name) && !otherVariables.has(name) &&
    name !== "LAKE_KEEP_DAYS"
  );
  assert(settings.length >= 8, settings.join());
  assertEquals(settings.filter((name) => !page.includes(`\`${name}\``)), []);
});

Deno.test("every variable that the documentation sets or names exists", () => {
  const known = new Set<string>([
    ...settingsTable.map(([name]) => name),
    ...ownLakeSettings.map(([name]) => name),
    ...sparkSettings.map(([name]) => name),
    ...Object.keys(stackDefaults),
    ...airflowVariables(),
    ...otherVariables,
    ...withheld,
    ...Object.keys(hostile),
  ]);
  const variables = named(/(?<=[`\s])([A-Z]+(?:_[A-Z]+)+)(?=[`=])/g);
  assert(variables.length > 50, `only ${variables.length} were found`);
  assertEquals(variables.filter(({ name }) => !known.has(name)), []);
});

Deno.test("docs/configuration.md has every variable that programs do not get", () => {
  const page = texts.get("docs/configuration.md") ?? "";
  assertEquals(withheld.filter((name) => !page.includes(`\`${name}\``)), []);
});

Deno.test("every metric that docs/ names is in ops/README.md", () => {
  const table = texts.get("ops/README.md") ?? "";
  const unknown = named(/\b(crypto_(?:producer|lake)_\w+)/g).filter((
    { name },
  ) => !table.includes(`\`${name}\``));
  assertEquals(unknown, []);
});

Deno.test("the kafkajs example type-checks", async () => {
  const text = texts.get("docs/reading-the-topic.md") ?? "";
  const example = /```ts\n([\s\S]*?)```/.exec(text)?.[1];
  assert(example !== undefined);
  const checked = await check(example, "--config=deno.json");
  assertEquals(checked.code, 0, checked.stderr);
});
