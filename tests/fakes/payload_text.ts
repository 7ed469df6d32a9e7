import type { BronzeRow } from "../../lakehouse/lake/bronze_row.ts";

/** A row's payload as text. */
export function payloadText({ payload }: BronzeRow): string | null {
  return payload === null
    ? null
    : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(payload);
}
