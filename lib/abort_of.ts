// A signal as a promise, to race against.

/** The abort of a signal; disposing of it removes its listener. */
export interface Abort extends Disposable {
  /** Resolves when the signal aborts. */
  readonly promise: Promise<void>;
}

/** Listens to a signal. Made for each race: a lasting one would keep them all. */
export function abortOf(signal: AbortSignal): Abort {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => resolve();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", done);
  return {
    promise,
    [Symbol.dispose]: () => signal.removeEventListener("abort", done),
  };
}
