// The containers of an engine.

import { type Listed, parseList } from "../../tasks/docker/list_containers.ts";

/** Parsed from lines of engine 20.10, with a range as older versions print it. */
export const listed: readonly Listed[] = parseList(
  "scratch\t\t\t127.0.0.1:27000->7000/tcp, 0.0.0.0:27500->7500/udp, " +
    "0.0.0.0:27600->7600/tcp, [::]:27600->7600/tcp\n" +
    "my-kafka\tours\tkafka\t9092/tcp, 127.0.0.1:9093->9093/tcp\n" +
    "old-ui\tolder\tkafka-ui\t0.0.0.0:8079-8081->8079-8081/tcp\n" +
    "crypto-producer\tolder\tcrypto-producer\t\n",
);
