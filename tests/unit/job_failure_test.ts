import { assertEquals } from "@std/assert";
import { failureOfJob } from "../../tasks/lake/spark/job_failure.ts";

const job = { name: "crypto-spark-run", subcommand: "run", options: {} };

function told(text: string, code = 1): string {
  const lines = text.split("\n");
  return failureOfJob(job, code, { lines, logPath: "x.log" }).message;
}

const warning = "26/11/26 02:51:07 WARN NetworkClient: [AdminClient " +
  "clientId=adminclient-1] Connection to node -1 (localhost/127.0.0.1:9092) " +
  "could not be established. Broker may not be available.";

const unreachable = "run on Spark failed: Spark cannot reach the broker: " +
  "inside PART-A's network it is kafka:29092; localhost, 9092 and 9093 are " +
  "for other places";

/** As `traceback.print_exc()` prints it. */
function traceback(error: string): string {
  return `Traceback (most recent call last):
  File "/crypto-stream/spark/main.py", line 47, in main
    result = programs[words[0]](options, Stop())
${error}`;
}

Deno.test("failureOfJob() takes no old warning for the cause of an unknown failure", () => {
  assertEquals(
    told(`${warning}\n${traceback("KeyError: 'spark.x'")}`),
    "run on Spark failed (exit code 1): KeyError: 'spark.x'",
  );
  // What is logged while Java ends says nothing either.
  assertEquals(
    told(`${traceback("KeyError: 'spark.x'")}\n${warning}`),
    "run on Spark failed (exit code 1): KeyError: 'spark.x'",
  );
});

Deno.test("failureOfJob() takes a warning where no exception ended the job", () => {
  assertEquals(
    told(warning),
    `${unreachable} (broker localhost/127.0.0.1:9092)`,
  );
});

Deno.test("failureOfJob() has the address of a warning that says the same", () => {
  const error = "org.apache.kafka.common.errors.TimeoutException: Timed out " +
    "waiting for a node assignment. Call: describeTopics";
  assertEquals(told(traceback(error)), unreachable);
  assertEquals(
    told(`${warning}\n${traceback(error)}`),
    `${unreachable} (broker localhost/127.0.0.1:9092)`,
  );
});

Deno.test("failureOfJob() finds the cause of a stream's end in its own last error", () => {
  const logged =
    `26/11/26 02:51:09 ERROR MicroBatchExecution: Query [id = a] terminated with error
org.apache.spark.SparkException: Job aborted due to stage failure
\tat org.apache.spark.scheduler.DAGScheduler.failJobAndIndependentStages(DAGScheduler.scala:2898)
Caused by: java.lang.OutOfMemoryError: Java heap space
26/11/26 02:51:10 INFO AppInfoParser: App info kafka.admin.client for adminclient-1 unregistered`;
  const error = traceback(
    "pyspark.errors.exceptions.captured.StreamingQueryException: " +
      "[STREAM_FAILED] Query [id = a] terminated with exception: Job aborted " +
      "due to stage failure",
  );
  assertEquals(
    told(`${warning}\n${logged}\n${error}`),
    "run on Spark failed: the job needs more memory than it has",
  );
});

Deno.test("failureOfJob() reads what an exception followed", () => {
  const first = traceback(
    "py4j.protocol.Py4JJavaError: An error occurred\n" +
      ": java.io.FileNotFoundException: Bucket warehouse does not exist",
  );
  const next = "\nDuring handling of the above exception, another exception " +
    "occurred:\n\n";
  assertEquals(
    told(`${first}\n${next}${traceback("RuntimeError: cannot close")}`),
    "run on Spark failed: the bucket of the warehouse does not exist " +
      "(bucket warehouse)",
  );
});
