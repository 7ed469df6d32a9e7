// TCP ports of this machine.

// Below the ephemeral ports of Linux (32768) and others (49152), which outgoing
// connections may take before a slow start gets to use them.
const minPort = 30_300;
const maxPort = 32_700;
const maxTries = 1_000;

/** A port of 127.0.0.1 that is free at the moment of the call. */
export function freePort(): number {
  for (let left = maxTries;; left--) {
    const port = minPort + Math.floor(Math.random() * (maxPort - minPort));
    try {
      using _listener = Deno.listen({ hostname: "127.0.0.1", port });
      return port;
    } catch (error) {
      // Windows reserves some ranges for itself.
      if (left === 0) throw error;
    }
  }
}

export function freePorts(count: number): number[] {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(freePort());
  return [...ports];
}

async function accepts(hostname: string, port: number): Promise<boolean> {
  try {
    using _connection = await Deno.connect({ hostname, port });
    return true;
  } catch {
    return false;
  }
}

export async function isServing(port: number): Promise<boolean> {
  return await accepts("127.0.0.1", port);
}

/** Checks `::1` too: `localhost` may resolve to that first. */
export async function isFree(port: number): Promise<boolean> {
  // Some systems allow listening on one address while another program listens
  // on all of them, hence the connections first.
  if (await accepts("127.0.0.1", port)) return false;
  if (await accepts("::1", port)) return false;
  try {
    using _listener = Deno.listen({ hostname: "127.0.0.1", port });
    return true;
  } catch (error) {
    // A port below 1024 may need privileges; the broker's own log reports it.
    return !(error instanceof Deno.errors.AddrInUse);
  }
}
