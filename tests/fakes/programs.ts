// Programs that a fake `Run` starts.

import type { Run } from "../../tasks/host/run_process.ts";

export function prints(code: number, stdout: string, stderr = ""): Run {
  return () => Promise.resolve({ code, stdout, stderr });
}

export const isMissing: Run = (program) =>
  Promise.reject(new Deno.errors.NotFound(program));

/** Ends only when it is aborted. */
export const hangs: Run = (_program, _args, options) =>
  new Promise((resolve) => {
    const end = () => resolve({ code: 143, stdout: "", stderr: "" });
    options?.signal?.addEventListener("abort", end);
  });
