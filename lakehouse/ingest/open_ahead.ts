// What takes time to open is begun before it is needed.

/**
 * Something that is being opened. Disposed of, what was not taken is closed as
 * soon as it is open, which is not waited for.
 */
export interface OpenAhead<T> extends Disposable {
  /**
   * The first call gets what is being opened, a later one opens another.
   *
   * @throws what opening it throws.
   */
  open(): Promise<T>;
}

/** Begins to open it; a failure is the first caller's. */
export function openAhead<T extends { close(): Promise<void> }>(
  open: () => Promise<T>,
): OpenAhead<T> {
  let first: Promise<T> | undefined = open();
  first.catch(() => {});
  return {
    open() {
      const opened = first ?? open();
      first = undefined;
      return opened;
    },
    [Symbol.dispose]() {
      first?.then((it) => it.close()).catch(() => {});
      first = undefined;
    },
  };
}
