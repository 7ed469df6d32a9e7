// What Java and the broker of the native stack print when they fail.

import type { Symptom } from "./symptom.ts";

const rows: readonly Symptom[] = [
  {
    id: "native-port-taken",
    shows: "Address already in use / Socket server failed to bind",
    patterns: [/Address already in use|Socket server failed to bind/],
    cause: "another program took one of the broker's ports in the meantime",
    fix: "try again",
  },
  {
    id: "native-folder-locked",
    shows: "Failed to acquire lock on file",
    patterns: [/Failed to acquire lock on file|another process or thread/],
    cause: "another broker uses the same data folder",
    fix: "end that process, then try again",
  },
  {
    id: "native-disk-full",
    shows: "No space left on device / not enough space on the disk",
    patterns: [/No space left on device|not enough space on the disk/i],
    cause: "the disk is full",
    fix: "free some space, then try again",
  },
  {
    id: "native-out-of-memory",
    shows: "Could not reserve enough space / Cannot allocate memory",
    patterns: [
      /Could not reserve enough space|Cannot allocate memory|insufficient memory/,
    ],
    cause: "not enough memory: the broker needs about 300 MB",
    fix: "close other programs, then try again",
  },
  {
    id: "native-folder-denied",
    shows: "Permission denied / AccessDeniedException",
    patterns: [/Permission denied|AccessDeniedException/],
    cause: "one of the broker's files or folders belongs to another user",
    fix: "take ownership of the state folder, then try again",
  },
  {
    id: "native-foreign-data",
    shows: "InconsistentClusterId / InconsistentBrokerMetadata",
    patterns: [
      /InconsistentClusterId|InconsistentBrokerMetadata|meta\.properties/,
    ],
    cause: "the data folder belongs to another broker",
    fix: "remove the data and start over",
    commands: ["deno task destroy", "deno task setup --stack=native"],
  },
  {
    id: "native-data-damaged",
    shows: "CorruptRecord / Corrupt index",
    // Not KafkaStorageException: a full or unreadable disk causes it too, and
    // this fix removes the data.
    patterns: [/CorruptRecord|Corrupt index|CRC/],
    cause: "the broker's data is damaged",
    fix: "remove the data and start over",
    commands: ["deno task destroy", "deno task setup --stack=native"],
  },
  {
    id: "native-jars-damaged",
    shows: "ClassNotFoundException / Could not find or load main class",
    patterns: [
      /ClassNotFoundException|NoClassDefFoundError|Could not find or load main class|ZipException/,
    ],
    cause: "Kafka's jars are damaged",
    fix: "remove the jars' folder from the user's cache, then",
    commands: ["deno task setup --stack=native"],
  },
];

export const nativeSymptoms: readonly Symptom[] = rows
  .map((row) => ({ ...row, stack: "native" }));
