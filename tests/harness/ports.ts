/**
 * TCP ports for tests that run side by side, in workers of one process or from
 * several clones. A port that is merely free now may be another test's by the
 * time it is used: then its producers find a broker that is not theirs. So each
 * test file has a block of ports to itself, below the ports that systems hand
 * out by themselves (32768 and up).
 *
 * @module
 */

import { tmpdir } from "node:os";
import { tryLock } from "../../lib/file_lock.ts";

const firstPort = 10_240;
const blockSize = 200;
const blocks = 100;

/** The lock is the kernel's: it goes with the process, however it ends. */
function claimBlock(): { readonly block: number; readonly lock: Deno.FsFile } {
  const dir = `${tmpdir()}/crypto-stream-test-ports-${Deno.uid() ?? "user"}`;
  Deno.mkdirSync(dir, { recursive: true });
  const first = Math.floor(Math.random() * blocks);
  for (let tried = 0; tried < blocks; tried++) {
    const block = (first + tried) % blocks;
    const lock = tryLock(`${dir}/${block}`);
    if (lock !== undefined) return { block, lock };
  }
  throw new Error(
    `each file of ${dir} is locked: ${blocks} test files at once`,
  );
}

// Held, and open since before the first test, which may leave nothing open.
const claimed = claimBlock();
let given = 0;

function isTaken(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return true;
    throw error;
  }
}

/** A port of 127.0.0.1 that no other test gets and nothing listens on. */
export function freePort(): number {
  for (let tried = 0; tried < blockSize; tried++) {
    const port = firstPort + claimed.block * blockSize + given++ % blockSize;
    if (!isTaken(port)) return port;
  }
  throw new Error(`no port is free in the block ${claimed.block}`);
}

/** Several of them. */
export function freePorts(count: number): number[] {
  return Array.from({ length: count }, freePort);
}
