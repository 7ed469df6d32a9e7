/**
 * The project's commands as a user runs them, here or in a clone.
 *
 * @module
 */

import { projectDir } from "../../lib/project.ts";

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `deno ARGS`. */
export async function deno(
  args: string[],
  env: Record<string, string> = {},
  cwd: URL | string = projectDir,
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A clone of the committed and uncommitted tree, without ignored files. */
export async function withClone(
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = `.state/test-clone-${crypto.randomUUID().slice(0, 8)}`;
  const git = async (...args: string[]) => {
    const { stdout } = await new Deno.Command("git", {
      args,
      cwd: projectDir,
    }).output();
    return new TextDecoder().decode(stdout);
  };
  const list = await git("ls-files", "-co", "--exclude-standard");
  const whole = new URL(`${folder}/`, projectDir).pathname;
  try {
    for (const file of list.trim().split("\n")) {
      const to = whole + file;
      await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
      await Deno.copyFile(new URL(file, projectDir), to).catch(() => {});
    }
    await work(whole);
  } finally {
    await Deno.remove(whole, { recursive: true });
  }
}
