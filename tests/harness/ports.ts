// Ports for tests that run in parallel, in workers of one process or from several
// clones. Another test may take a port that is merely free, and its producers
// would find the wrong broker. So each test file has a block of ports to itself,
// below the ephemeral ports (32768 and up).

import { tmpdir } from "node:os";
import { tryLock } from "../../lib/file_lock.ts";

const firstPort = 10_240;
const blockSize = 200;
const blocks = 100;

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

// Opened before the first test, since a test may leave no file open.
const claimed = claimBlock();
let used = 0;

function isTaken(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return true;
    throw error;
  }
}

/** A free port of 127.0.0.1 that no other test gets. */
export function freePort(): number {
  for (let tried = 0; tried < blockSize; tried++) {
    const port = firstPort + claimed.block * blockSize + used++ % blockSize;
    if (!isTaken(port)) return port;
  }
  throw new Error(`no port is free in the block ${claimed.block}`);
}

export function freePorts(count: number): number[] {
  return Array.from({ length: count }, freePort);
}
