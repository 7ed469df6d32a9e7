/**
 * TCP ports of this machine.
 *
 * @module
 */

/** A port on which nothing listens at the moment of the call. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Different ports on which nothing listens at the moment of the call. */
export function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  return listeners.map((listener) => {
    const { port } = listener.addr;
    listener.close();
    return port;
  });
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
