// `deno task docs:pictures`: the page as docs/ shows it, over made-up prices.

import { CommandError } from "../../lib/errors.ts";
import { projectDir } from "../../lib/project.ts";
import { type Command, runCommand } from "../../tasks/cli/command.ts";
import { result } from "../../tasks/cli/print.ts";
import { startBrowser } from "../harness/chromium.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { type Scene, serveFakePage } from "./fake_page.ts";
import { word } from "./page_text.ts";

interface Picture {
  readonly name: string;
  readonly scene?: Partial<Scene>;
  readonly query?: string;
  /** The word in the page's head. */
  readonly word?: string;
  readonly themes: readonly ("light" | "dark")[];
  readonly size: readonly [width: number, height: number];
}

const pictures: readonly Picture[] = [
  { name: "page-360", themes: ["light", "dark"], size: [360, 1_480] },
  { name: "page-1280", themes: ["light", "dark"], size: [1_280, 710] },
  { name: "page-2560", themes: ["light", "dark"], size: [2_560, 1_000] },
  {
    name: "page-broken",
    scene: { kind: "broken" },
    word: "Broken",
    themes: ["light"],
    size: [1_280, 800],
  },
  {
    name: "page-past",
    query: "?at=40",
    word: "In the past",
    themes: ["dark"],
    size: [1_280, 760],
  },
  {
    name: "page-rejects",
    scene: { kind: "rejects", isAwkward: true },
    themes: ["light"],
    size: [1_280, 1_080],
  },
];

async function take(folder: URL): Promise<number> {
  await using browser = await startBrowser();
  let bytes = 0;
  for (const picture of pictures) {
    const [width, height] = picture.size;
    await using served = serveFakePage(freePort(), picture.scene);
    for (const colorScheme of picture.themes) {
      const { page, faults } = await browser.open(
        served.url + (picture.query ?? ""),
        { colorScheme, viewport: { width, height }, reducedMotion: "reduce" },
      );
      await until(
        picture.name,
        async () => await word(page) === (picture.word ?? "Live"),
      );
      await page.waitForSelector("#plot canvas");
      await until("a candle", () => page.innerText("#readout"));
      const name = `${picture.name}-${colorScheme}.png`;
      const image = await page.screenshot({ animations: "disabled" });
      if (faults.length > 0) {
        throw new CommandError(
          `${name}: ${faults.join("; ")}`,
          "correct lakehouse/page/assets/",
        );
      }
      await Deno.writeFile(new URL(name, folder), image);
      bytes += image.length;
      result(`${name}  ${Math.ceil(image.length / 1_000)} kB`);
      await page.context().close();
    }
  }
  return bytes;
}

const command: Command = {
  name: "docs:pictures",
  help: `Writes the pictures of the lake's page, docs/pictures/*.png.

Usage: deno task docs:pictures

Needs a Chromium in PATH, or its path in CHROMIUM. The prices are made up and
the same in each run. Look at the pictures before you commit them.`,
  flags: {},
  async run() {
    const folder = new URL("docs/pictures/", projectDir);
    await Deno.mkdir(folder, { recursive: true });
    result(`${Math.ceil(await take(folder) / 1_000)} kB in total`);
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
