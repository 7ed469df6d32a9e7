// The order of the tier: PART-A, a broker, the tests; and what is removed at
// the end, however that comes.

/** The stack whose broker the tests use: its prefix and its port. */
export interface TestStack extends AsyncDisposable {
  readonly name: string;
  readonly port: string;
}

/** What the tier is made of. */
export interface TierPorts {
  isPartAUp(): Promise<boolean>;
  startPartA(): Promise<void>;
  /** Removes PART-A, and jobs that a test has left on its network. */
  removePartA(): Promise<void>;
  openStack(): Promise<TestStack>;
  /** @returns the exit code; the tests end when the signal is aborted. */
  runTests(stack: TestStack, signal: AbortSignal): Promise<number>;
  readonly say: (line: string) => void;
}

/**
 * Runs the tests beside a PART-A that runs already, which is left, or beside
 * one that is started and removed.
 *
 * @param limits `stop`: ends the tests at once; `deadline`: so does this one,
 * for a test that hangs.
 * @returns the exit code.
 */
export async function runSparkTier(
  ports: TierPorts,
  { stop, deadline }: {
    readonly stop: AbortSignal;
    readonly deadline: AbortSignal;
  },
): Promise<number> {
  const signal = AbortSignal.any([stop, deadline]);
  const isOwn = !await ports.isPartAUp();
  try {
    if (isOwn) await ports.startPartA();
    if (signal.aborted) return 1;
    await using stack = await ports.openStack();
    if (signal.aborted) return 1;
    const code = await ports.runTests(stack, signal);
    return signal.aborted ? 1 : code;
  } finally {
    if (deadline.aborted) {
      ports.say(
        "the tests on Spark took too long: a test hangs, most likely the last " +
          "one above; Spark's output is in .state/spark/",
      );
    }
    if (isOwn) await ports.removePartA();
  }
}
