import { assertEquals } from "@std/assert";
import configuration from "../../docs/configuration.md" with { type: "text" };
import lakehouse from "../../docs/lakehouse.md" with { type: "text" };
import spark from "../../docs/spark.md" with { type: "text" };
import troubleshooting from "../../docs/troubleshooting.md" with {
  type: "text",
};
import { symptoms } from "../../tasks/diagnosis/diagnose.ts";
import { generatedParts } from "../../tasks/docs/generated_parts.ts";
import { withPart } from "../../tasks/docs/markdown.ts";

const pages: Readonly<Record<string, string>> = {
  "docs/configuration.md": configuration,
  "docs/lakehouse.md": lakehouse,
  "docs/spark.md": spark,
  "docs/troubleshooting.md": troubleshooting,
};

for (const { page, name, text } of generatedParts) {
  Deno.test(`${page} has the ${name} of the code`, () => {
    const before = pages[page] ?? "";
    assertEquals(withPart(before, name, text), before, "type: deno task docs");
  });
}

Deno.test("every symptom has a section", () => {
  const sections = troubleshooting.matchAll(/^### /gm);
  assertEquals([...sections].length, symptoms.length);
});
