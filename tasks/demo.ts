// `deno task demo`: everything at once in a throw-away sandbox.

import { listenForStop } from "../lib/stop_signals.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { progress, result } from "./cli/print.ts";
import { chooseDemo, detectMachine } from "./demo/demo_kafka.ts";
import { runDemo } from "./demo/run_demo.ts";
import { createSandbox } from "./demo/sandbox.ts";
import { openBrowser } from "./host/open_browser.ts";
import { chooseKind } from "./stack/choice/choose_stack.ts";

const command: Command = {
  name: "demo",
  help: `Everything at once in a throw-away sandbox: a real Kafka on a free
port, the producer, three samples, the proof, the newest prices. Needs Java 17
and, once, Maven; or Docker with Compose. Leaves nothing behind.

Usage: deno task demo [--stack=native|compose] [--open]

  --stack=KIND  native: Kafka as a Java process (default, where Java is found)
                compose: ZooKeeper, Kafka and Kafka UI in containers
  --open        end with the lake's page in the browser, until Ctrl-C`,
  flags: { boolean: ["open"], string: ["stack"] },
  async run(flags) {
    // It would move the simulator, whatever address that asks for.
    Deno.env.delete("DENO_SERVE_ADDRESS");
    const word = flags.value("stack");
    const asked = word === undefined ? undefined : chooseKind(word, undefined);
    const kind = chooseDemo(asked, await detectMachine());
    // Before the sandbox: a Ctrl-C between the two would leave its folder.
    const stop = listenForStop(() => {
      sandbox.clear().finally(() => Deno.exit(130));
    });
    const sandbox = createSandbox();
    const stopped = Promise.withResolvers<never>();
    let isShown = false;
    async function showPage(url: string): Promise<void> {
      isShown = true;
      result("");
      result(`The page: ${url}`);
      progress("Ctrl-C ends it, and removes everything.");
      await openBrowser(url);
      await stopped.promise;
    }
    stop.addEventListener("abort", () => stopped.reject(stop.reason));
    try {
      const work = runDemo(kind, sandbox, {
        stop,
        ...flags.has("open") ? { showPage } : {},
      });
      sandbox.during(work);
      // A Ctrl-C does not wait for the step under way: clearing ends it.
      const flows = await Promise.race([work, stopped.promise]);
      if (!flows) return 1;
      progress("");
      progress("That was a throw-away Kafka. To keep one:");
      progress(
        `  deno task setup${kind === "native" ? " --stack=native" : ""}`,
      );
      progress("  deno task produce");
      progress("  deno task verify --wait=60s");
      progress("To see its prices in the browser: deno task demo --open");
      return 0;
    } catch (error) {
      if (!stop.aborted) throw error;
      await sandbox.clear();
      progress("demo: stopped; nothing is left behind");
      // With a page, Ctrl-C is the end that was asked for.
      return isShown ? 0 : 130;
    } finally {
      await sandbox.clear();
    }
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
