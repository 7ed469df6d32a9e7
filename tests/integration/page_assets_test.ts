import { assertEquals } from "@std/assert";
import { projectDir } from "../../lib/project.ts";

const folder = new URL("lakehouse/page/assets/", projectDir);
const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
const scripts = names.filter((name) => name.endsWith(".js"));

Deno.test("the browser's modules have no type errors", async () => {
  // They are checked on their own: the document's types would clash with Deno's.
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "-q", "--config=check.json", ...scripts],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
});

Deno.test("the page asks only its own server, and has nothing inline", () => {
  const found = names.flatMap((name) => {
    const text = Deno.readTextFileSync(new URL(name, folder))
      .replaceAll(/"http:\/\/www\.w3\.org\/[\w/]+"/g, "");
    const urls = text.match(/(?:https?:)?\/\/[\w-]+\.[\w.-]+/g) ?? [];
    const inline = name.endsWith(".html")
      ? text.match(/ (?:style|on\w+)=|<style|<script(?![^>]* src=)/g) ?? []
      : [];
    return [...urls, ...inline].map((it) => `${name}: ${it}`);
  });
  assertEquals(found, []);
});
