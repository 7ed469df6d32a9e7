// The codecs of Kafka's batches, by the number in their attributes.

/** Codecs by number; what is above them is `unknown`. */
export const codecs = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

/** How a batch is compressed. */
export type Codec = typeof codecs[number] | "unknown";
