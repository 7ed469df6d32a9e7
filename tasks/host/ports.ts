/**
 * TCP ports of this machine.
 *
 * @module
 */

/**
 * Systems give outgoing connections ports from 32768 (Linux) or 49152 up: one
 * of those may be gone again by the time a slow start comes to use it.
 */
const lowest = 30_300;
const highest = 32_700;
const attempts = 1_000;

/**
 * A port of 127.0.0.1 on which nothing listens at the moment of the call.
 *
 * @throws {Deno.errors.AddrInUse} when there is none.
 */
export function freePort(): number {
  for (let left = attempts;; left--) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    try {
      using _listener = Deno.listen({ hostname: "127.0.0.1", port });
      return port;
    } catch (error) {
      // Windows forbids ranges that it keeps for itself.
      if (left === 0) throw error;
    }
  }
}

/** Different ports on which nothing listens at the moment of the call. */
export function freePorts(count: number): number[] {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(freePort());
  return [...ports];
}

async function answers(hostname: string, port: number): Promise<boolean> {
  try {
    using _connection = await Deno.connect({ hostname, port });
    return true;
  } catch {
    return false;
  }
}

/** Whether something accepts connections on the loopback address. */
export async function isServing(port: number): Promise<boolean> {
  return await answers("127.0.0.1", port);
}

/**
 * Whether the port can be taken. `localhost` may mean `::1` first, so that
 * has to be free too.
 */
export async function isFree(port: number): Promise<boolean> {
  // Some systems allow to listen on one address beside another program that
  // listens on all of them, hence the call first.
  if (await answers("127.0.0.1", port)) return false;
  if (await answers("::1", port)) return false;
  try {
    using _listener = Deno.listen({ hostname: "127.0.0.1", port });
    return true;
  } catch (error) {
    // Ports below 1024 may need rights: the broker's own log will say so.
    return !(error instanceof Deno.errors.AddrInUse);
  }
}
