/**
 * `deno task coverage`: line coverage of the pure code under the unit tests.
 *
 * @module
 */

import { type Command, runCommand } from "./cli/command.ts";
import { progress, result } from "./cli/print.ts";
import { run } from "./host/run_process.ts";

/** Files that only join others to the world: processes, sockets, signals. */
const edges = [
  "/producer/main.ts",
  "/producer/run.ts",
  "/producer/kafka.ts",
  "/producer/owner.ts",
  "/producer/clock.ts",
  "/tests/",
  "/offline/",
  "/tasks/stack/native.ts",
  "/tasks/stack/native/broker.ts",
  "/tasks/stack/native/choose_ports.ts",
  "/tasks/stack/native/detached.ts",
  "/tasks/stack/native/jars.ts",
  "/tasks/stack/native/launch.ts",
  "/tasks/stack/native/lock.ts",
  "/tasks/stack/native/log_tail.ts",
  "/tasks/stack/native/port.ts",
  "/tasks/stack/native/report.ts",
  "/tasks/simulator/server.ts",
  "/tasks/simulator/delivery.ts",
  "/tasks/simulator/incoming.ts",
  "/producer/live.ts",
  "/producer/outbox/open.ts",
  "/producer/outbox/peek.ts",
  "/producer/outbox/rescue.ts",
  "/tasks/produce.ts",
  "/tasks/demo",
  "/tasks/stack/choose.ts",
  "/tasks/stack/compose.ts",
  "/tasks/stack/compose/docker.ts",
  "/tasks/stack/compose/images.ts",
  "/tasks/stack/compose/producer.ts",
  "/tasks/stack/compose/set_up.ts",
  "/bench/",
  "/producer/kafka_socket.ts",
  "/producer/output.ts",
  "/tasks/verify/compose/inspect.ts",
  "/tasks/verify/compose/observe.ts",
  "/tasks/verify/compose/probe/ask.ts",
  "/tasks/verify/compose/probe/main.ts",
  "/tasks/stack/process.ts",
  "/tasks/output.ts",
];
const least = 90;

const command: Command = {
  name: "coverage",
  help: `Measures how many lines of the pure code the unit tests run.

Usage: deno task coverage

Exit code 1 when it is less than ${least} %.`,
  flags: {},
  async run() {
    const folder = await Deno.makeTempDir();
    try {
      const data = `${folder}/data`;
      const test = await run(Deno.execPath(), [
        "test",
        "-q",
        `--coverage=${data}`,
      ]);
      if (test.code !== 0) {
        progress(test.stdout + test.stderr);
        return 1;
      }
      const exclude = edges.map((edge) => edge.replaceAll(".", "\\."));
      const { stdout } = await run(Deno.execPath(), [
        "coverage",
        data,
        "--lcov",
        `--exclude=${exclude.join("|")}`,
      ]);
      return report(stdout);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
};

function report(lcov: string): number {
  let [found, hit] = [0, 0];
  for (const part of lcov.split("end_of_record")) {
    const file = /SF:(.*)/.exec(part)?.[1];
    const lines = Number(/LF:(\d+)/.exec(part)?.[1]);
    const run = Number(/LH:(\d+)/.exec(part)?.[1]);
    if (file === undefined || !(lines > 0)) continue;
    found += lines;
    hit += run;
    const name = file.replace(/^.*\/(producer|tasks)\//, "$1/");
    result(`${(100 * run / lines).toFixed(0).padStart(4)} %  ${name}`);
  }
  const percent = 100 * hit / found;
  result(`${percent.toFixed(1)} % of ${found} lines`);
  return percent >= least ? 0 : 1;
}

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
