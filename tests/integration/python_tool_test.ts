import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  ensurePythonTool,
  type PythonToolPorts,
} from "../../tasks/host/python_tool.ts";
import type { Run } from "../../tasks/host/run_process.ts";
import { testDir } from "../harness/broker.ts";

const tool = { name: "sample", packages: ["sample==1.0"] };

function ports(cacheDir: string, run: Run): PythonToolPorts {
  return { cacheDir, platform: "linux", run, progress() {} };
}

Deno.test("ensurePythonTool() installs once, also where pip is set to install for the user", async () => {
  await using dir = await testDir();
  const calls: [string[], unknown][] = [];
  const run: Run = async (program, args, options) => {
    calls.push([[program, ...args], options?.env]);
    // The folder of the environment, which pip would fill.
    if (args[1] === "venv") await Deno.mkdir(args[2] ?? "");
    return { code: 0, stdout: "", stderr: "" };
  };
  const found = await ensurePythonTool(tool, ports(dir.path, run));
  assert(/\/sample-[0-9a-f]{12}\/bin\/sample$/.test(found), found);
  assertEquals(calls.map(([args]) => args.slice(1, 3)), [
    ["-m", "venv"],
    ["-m", "pip"],
  ]);
  assertEquals(calls[1]?.[1], { PIP_USER: "0" });
  assertEquals(await ensurePythonTool(tool, ports(dir.path, run)), found);
  assertEquals(calls.length, 2);
});

Deno.test("ensurePythonTool() names the program, the failure and the next step", async () => {
  await using dir = await testDir();
  const missing: Run = () => Promise.reject(new Deno.errors.NotFound());
  const error = await assertRejects(
    () => ensurePythonTool(tool, ports(dir.path, missing)),
    CommandError,
    "sample cannot be installed: python3 -m venv ",
  );
  assert(error.message.includes("not found in PATH"), error.message);
});
