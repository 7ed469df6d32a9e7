import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  formatStackRecord,
  variablesOf,
  withStack,
} from "../../tasks/stack/stack_record.ts";
import { withMarked } from "../../tasks/stack/env_file.ts";
import type { StackKind } from "../../tasks/stack/stack.ts";
import { makeCopy } from "./deps_project.ts";

const compose = { DAS_NETWORK: "alone", KAFKA_HOST_PORT: "19093" };
const native = { KAFKA_HOST_PORT: "29093" };
const nothing = { kind: undefined, kept: {} };
const own = "CRYPTO_IDS=bitcoin\n";

/** An engine on which nothing runs. */
const engine = "#!/bin/sh\nexit 0\n";

Deno.test({
  name: "`destroy` of one kind of stack leaves the other's record and lines",
  ignore: Deno.build.os === "windows",
  async fn(t) {
    await using copy = await makeCopy();
    assertEquals((await copy.deps()).code, 0);
    await Deno.mkdir(`${copy.path}/bin`);
    await Deno.writeTextFile(`${copy.path}/bin/docker`, engine, {
      mode: 0o755,
    });
    const env = { PATH: `${copy.path}/bin:${Deno.env.get("PATH")}` };

    async function destroy(
      kind: StackKind,
      record: Parameters<typeof withStack>[0],
    ): Promise<string> {
      await Deno.mkdir(`${copy.path}/.state/native/data`, { recursive: true });
      await Deno.writeTextFile(
        `${copy.path}/.state/stack.json`,
        formatStackRecord(record) ?? "",
      );
      await Deno.writeTextFile(
        `${copy.path}/.env`,
        withMarked(own, variablesOf(record)),
      );
      const args = ["run", "-q", "-P=tasks", "tasks/destroy.ts"];
      const { code, stderr } = await copy.deno(
        [...args, "--yes", `--stack=${kind}`],
        env,
      );
      assertEquals(code, 0, stderr);
      return stderr;
    }

    const onlyCompose = withStack(nothing, "compose", compose);
    const onlyNative = withStack(nothing, "native", native);
    const both = withStack(onlyCompose, "native", native);

    await t.step("native beside Compose, which was set up last", async () => {
      const listed = await destroy("native", onlyCompose);
      assertStringIncludes(listed, `folder     ${copy.path}/.state/native`);
      assert(!copy.has(".state/native"));
      assert(!listed.includes(".env"), listed);
      assertEquals(copy.read(".env"), withMarked(own, compose));
      assertEquals(
        copy.read(".state/stack.json"),
        formatStackRecord(onlyCompose),
      );
    });

    await t.step("Compose beside native, which was set up last", async () => {
      await destroy("compose", onlyNative);
      assert(copy.has(".state/native/data"));
      assertEquals(copy.read(".env"), withMarked(own, native));
      assertEquals(
        copy.read(".state/stack.json"),
        formatStackRecord(onlyNative),
      );
    });

    await t.step("native, set up after Compose", async () => {
      const listed = await destroy("native", both);
      assertStringIncludes(
        listed,
        ".env       what setup wrote: KAFKA_HOST_PORT",
      );
      assertEquals(copy.read(".env"), withMarked(own, compose));
    });

    await t.step("Compose, set up before native", async () => {
      const listed = await destroy("compose", both);
      assertStringIncludes(listed, ".env       what setup wrote: DAS_NETWORK");
      assertEquals(copy.read(".env"), withMarked(own, native));
    });

    await t.step("the last one", async () => {
      await destroy("native", onlyNative);
      assertEquals(copy.read(".env"), own);
      assert(!copy.has(".state/stack.json"));
    });
  },
});
