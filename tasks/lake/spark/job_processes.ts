// The processes of a job in a container: Python, which can end between two
// batches, and Java around it; or a notebook's kernel, which is the user's.

import { delay } from "../../../lib/clock.ts";
import type { Docker } from "../../docker/docker.ts";
import { graceSeconds } from "./submit.ts";

interface JobProcess {
  readonly pid: string;
  /** `python` is the program itself; a `kernel` is not ended from here. */
  readonly kind: "python" | "kernel" | "other";
}

/**
 * Prints kind and pid of each. The folder's full path of the program is put
 * together here, or this shell would find itself. A kernel that writes has its
 * pid in the lock, and holds it; its open files are hidden from root here.
 */
const find = `for dir in /proc/[0-9]*; do
  words=$(tr '\\0' '\\n' <"$dir/cmdline" 2>/dev/null)
  printf '%s\\n' "$words" | grep -qxF "$1/spark/main.py" || continue
  case "$(printf '%s\\n' "$words" | head -n 1)" in
    *python*) echo "python \${dir#/proc/}" ;;
    *) echo "other \${dir#/proc/}" ;;
  esac
done
kernel=$(head -c 20 "$1/lock" 2>/dev/null)
case "$kernel" in
  "" | *[!0-9]*) ;;
  *) grep -q "FLOCK .* $kernel [^ ]*:$(stat -c %i "$1/lock") " /proc/locks &&
    echo "kernel $kernel" ;;
esac
exit 0`;

/** The processes whose program is `FOLDER/spark/main.py` in a container. */
export async function jobProcesses(
  docker: Docker,
  container: string,
  folder: string,
): Promise<JobProcess[]> {
  const words = ["exec", container, "sh", "-c", find, "sh", folder];
  const { stdout } = await docker.run(words);
  return Array.from(
    stdout.matchAll(/^(python|kernel|other) (\d+)$/gm),
    ([, kind, pid = ""]) => ({
      pid,
      kind: kind === "python" || kind === "kernel" ? kind : "other",
    }),
  );
}

/** Sends a signal to processes of a container; they may have ended since. */
export async function signalIn(
  docker: Docker,
  container: string,
  { signal, pids }: {
    readonly signal: "TERM" | "KILL";
    readonly pids: readonly string[];
  },
): Promise<void> {
  if (pids.length === 0) return;
  const kill = `kill -${signal} "$@"`;
  await docker.run([
    ...["exec", "--user", "0", container, "sh", "-c", kill, "sh", ...pids],
  ]);
}

/** Waits for a condition; `false` where it did not come in time. */
export async function inTime(
  isSo: () => Promise<boolean>,
): Promise<boolean> {
  const end = performance.now() + graceSeconds * 1000;
  while (!await isSo()) {
    if (performance.now() > end) return false;
    await delay(200);
  }
  return true;
}
