// The page over a lake that another process writes, or the address of the one
// that `lake run` serves.

import {
  type LakeConfig,
  readLakeConfig,
} from "../../lakehouse/lake_settings.ts";
import { pageProducer } from "../../lakehouse/serve_page.ts";
import { systemClock } from "../../lib/clock.ts";
import { CommandError, messageOf, UsageError } from "../../lib/errors.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Result } from "../../lib/result.ts";
import { Page } from "../../lakehouse/page/page_handler.ts";
import { urlOf } from "../../lakehouse/page/security.ts";
import { progress, result } from "../cli/print.ts";
import { openBrowser } from "../host/open_browser.ts";
import { openComposeStack } from "../stack/choice/choose_stack.ts";
import { lakeServiceName } from "../stack/compose/lake_service.ts";
import { askRun, askRunStatus } from "./lake_facts.ts";
import { locateLake } from "./open_lake.ts";

/** Beside 9465: a `lake run` that starts later finds its own address free. */
const defaultPort = 9_466;

/**
 * The port of `--port`.
 *
 * @throws {UsageError} for anything but a port.
 */
export function parsePort(text: string | undefined): number {
  if (text === undefined) return defaultPort;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`--port is "${text}": expected a port from 1 to 65535`);
}

/** What `lake run` says of itself, if it fills this lake. */
async function askOwnRun(config: LakeConfig): Promise<Result<JsonObject>> {
  const asked = await askRunStatus(config);
  if (!asked.ok || asked.value.dir === config.dir) return asked;
  const dir = String(asked.value.dir);
  return { ok: false, error: `the lake run that answers fills "${dir}"` };
}

function serve(page: Page, port: number): Deno.HttpServer {
  try {
    const options = { hostname: "127.0.0.1", port, onListen: () => {} };
    return Deno.serve(options, (request) => page.handle(request));
  } catch (error) {
    throw new CommandError(
      `cannot listen on 127.0.0.1:${port}: ${messageOf(error)}`,
      "choose another port: deno task page --port=N",
      { cause: error },
    );
  }
}

async function announce(url: string, isOpened: boolean): Promise<void> {
  result(url);
  if (isOpened) await openBrowser(url);
}

/**
 * Prints where the lake's container serves the page.
 *
 * @param isOpened Whether the browser is opened.
 * @returns the exit code.
 * @throws {CommandError} when the container does not run.
 */
export async function showContainersPage(isOpened: boolean): Promise<number> {
  const services = await openComposeStack().status();
  const lake = services.find(({ name }) => name === lakeServiceName);
  if (lake === undefined || !["running", "starting"].includes(lake.state)) {
    throw new CommandError(
      `the lake's container, which serves the page, is ${
        lake?.state ?? "missing"
      }`,
      "start it: deno task setup; for a lake of this machine set LAKE_DIR, " +
        "for example LAKE_DIR=.state/lake",
    );
  }
  progress(`${lakeServiceName} serves the page:`);
  await announce(`${lake.address}/`, isOpened);
  return 0;
}

/**
 * Serves until `stop`, or prints where it is served.
 *
 * @param portText `--port` as typed.
 * @param isOpened Whether the browser is opened.
 * @returns the exit code.
 */
export async function showPage(
  portText: string | undefined,
  isOpened: boolean,
  stop: AbortSignal,
): Promise<number> {
  const port = parsePort(portText);
  const config = readLakeConfig();
  const running = await askRun(config);
  if (running?.dir === config.dir && config.address !== undefined) {
    progress(`lake run (pid ${running.pid}) serves the page already:`);
    await announce(urlOf(config.address), isOpened);
    return 0;
  }
  const location = await locateLake();
  const { sideReader } = await import("../../lakehouse/lake/side_queries.ts");
  const lake = sideReader(location);
  // A lake that cannot be opened ends the command, not each request.
  await lake.ask("SELECT 1");
  const own = { host: "127.0.0.1", port };
  const page = new Page({
    own,
    lake,
    clock: systemClock,
    isTold: false,
    askRun: () => askOwnRun(config),
    ...pageProducer(config.producer),
  });
  const server = serve(page, port);
  await announce(urlOf(own), isOpened);
  progress("Ctrl-C ends it.");
  if (!stop.aborted) {
    await new Promise((resolve) => stop.addEventListener("abort", resolve));
  }
  page.close();
  void server.shutdown();
  await lake.close();
  return 0;
}
