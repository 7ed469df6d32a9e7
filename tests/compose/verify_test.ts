import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { progress } from "../../tasks/output.ts";
import { partANames } from "../../tasks/verify/compose/seen.ts";
import { areFree, startStack, type TestStack } from "./verify_stack.ts";

interface Check {
  readonly name: string;
  readonly verdict: string;
  readonly detail: string;
  readonly next?: string;
}

/** `verify --json` on the stack, by the name of each check. */
async function verify(stack: TestStack, ...args: string[]) {
  const ended = await stack.task("verify", [
    "--stack=compose",
    "--json",
    ...args,
  ]);
  const { ok, checks } = JSON.parse(ended.stdout) as {
    ok: boolean;
    checks: Check[];
  };
  assertEquals(ended.code, ok ? 0 : 1, ended.stderr);
  const of = (name: string) => {
    const found = checks.find((check) => check.name === name);
    assert(found !== undefined, `${name} in ${ended.stdout}`);
    return found;
  };
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  assert(failed.every(({ next }) => next !== undefined));
  return { ok, checks, of, failed: failed.map(({ name }) => name) };
}

Deno.test("`verify` proves a stack of containers and names what breaks", async (t) => {
  const free = await areFree(partANames);
  if (!free) {
    assert(!Deno.env.get("CI"), "containers of PART-A are in the way");
    progress("SKIPPED: PART-A in verify, as containers of its names exist");
  }
  await using stack = await startStack(free ? partANames : []);
  const { name } = stack;

  await t.step(
    "everything flows through the producer's container",
    async () => {
      const { ok, checks, of } = await verify(stack, "--wait=180s");
      assert(ok, JSON.stringify(checks, null, 1));
      assertEquals(checks.length, 16);
      assertStringIncludes(of("producer").detail, `container ${name}-producer`);
      assertStringIncludes(of("containers").detail, `${name}-zookeeper`);
      assertStringIncludes(
        of("listeners").detail,
        `localhost:${stack.port}, crypto-kafka:9092, kafka:29092 answer`,
      );
      assertStringIncludes(of("ui").detail, "lists crypto.prices.raw");
      assertEquals(of("part-a").verdict, free ? "ok" : "skip");
      const label = `label=com.docker.compose.project=${name}`;
      const format = ["--format", "{{.Names}}"];
      const all = await stack.docker("ps", "-a", "--filter", label, ...format);
      const ours = all.split("\n").filter((one) => !one.startsWith("hive-"));
      assert(ours.every((one) => one.startsWith(name)), all);
    },
  );

  await t.step("half of PART-A", async () => {
    if (!free) return;
    await stack.docker("stop", "-t", "0", "hive-metastore");
    const { failed, of } = await verify(stack);
    assertEquals(failed, ["part-a"]);
    assertStringIncludes(of("part-a").detail, "hive-metastore is exited");
  });

  await t.step("a paused UI", async () => {
    await stack.docker("pause", `${name}-kafka-ui`);
    const { failed, of } = await verify(stack);
    assert(["containers", "ui"].every((one) => failed.includes(one)));
    assertStringIncludes(of("containers").detail, "kafka-ui is paused");
    await stack.docker("unpause", `${name}-kafka-ui`);
  });

  await t.step("a producer's container beside a stopped one", async () => {
    await stack.docker("stop", `${name}-producer`);
    const { failed, of } = await verify(stack);
    assert(failed.includes("producer"), failed.join());
    assertStringIncludes(of("producer").next ?? "", "--container");
    assertStringIncludes(of("producer").next ?? "", "deno task produce,");
  });

  await t.step("a broker whose memory was too small", async () => {
    await stack.docker("stop", `${name}-kafka`);
    const stopped = await verify(stack);
    assertStringIncludes(stopped.of("containers").detail, "kafka was stopped");
    assertEquals(stopped.of("listeners").verdict, "skip");
    assert(stopped.failed.includes("broker"));
    await stack.docker(
      ...["update", "--restart=no", "--memory=64m", "--memory-swap=64m"],
      `${name}-kafka`,
    );
    await stack.docker("start", `${name}-kafka`);
    await stack.docker("wait", `${name}-kafka`);
    const { of } = await verify(stack);
    assertStringIncludes(of("containers").detail, "more memory");
    assertStringIncludes(of("containers").next ?? "", "docker stats");
  });
});
