import { configure, type Configured } from "../../producer/config/settings.ts";
import { FakeClock } from "./clock.ts";

export interface ConfigureFakes {
  /** Files by path; none by default. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  /** The HTTP client; by default every request is a mistake of the test. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock?: FakeClock;
}

export function configured(
  env: Readonly<Record<string, string>> = {},
  { files = {}, fetch, clock = new FakeClock() }: ConfigureFakes = {},
): Configured {
  return configure(new Map(), {
    env: (name) => env[name],
    readText: (path) => files[path],
    fetch: fetch ?? (() => Promise.reject(new Error("unexpected request"))),
    clock,
  });
}
