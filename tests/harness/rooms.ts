/**
 * The rooms from the ground up. A file imports from its own folder or from one
 * that stands before it; what a folder does not name belongs to its parent.
 */
export const rooms: readonly string[] = [
  "lib",
  "kafka/patches",
  "kafka/records",
  "kafka",
  "producer/sources",
  "producer/outbox",
  "producer/health",
  "producer/config",
  "producer",
  "tasks/cli",
  "tasks/host",
  "tasks/diagnosis",
  "tasks/docker",
  "tasks/deps",
  "tasks/producer",
  "tasks/stack",
  "tasks/stack/native",
  "tasks/stack/compose/preflight",
  "tasks/stack/compose",
  "tasks/stack/choice",
  "tasks/verify/probe",
  "tasks/verify",
  "tasks/simulator",
  "tasks/demo",
  "tasks/docs",
  "tasks",
  "bench",
  "bench/bare",
];
