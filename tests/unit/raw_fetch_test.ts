import { assertEquals, assertThrows } from "@std/assert";
import { decodeFetchResponse } from "../../kafka/records/raw_fetch.ts";

/** Bytes of a response, field by field: the size in bytes and the value. */
function bytesOf(...fields: readonly (readonly [1 | 2 | 4 | 8, number])[]) {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 8) view.setBigInt64(at, BigInt(value));
    else if (size === 4) view.setInt32(at, value);
    else if (size === 2) view.setInt16(at, value);
    else view.setInt8(at, value);
    at += size;
  }
  return bytes;
}

const name = [[2, 1], [1, 0x74]] as const;
const partition = [[4, 3], [2, 1], [8, 40], [8, 30]] as const;
const aborted = [[4, 1], [8, 7], [8, 21]] as const;
const recordSet = [[4, 2], [1, 5], [1, 6]] as const;

const expected = {
  clientSideThrottleTime: 0 as const,
  responses: [{
    topicName: "t",
    partitions: [{
      partition: 3,
      errorCode: 1,
      highWatermark: 40n,
      aborted: [{ producerId: 7n, from: 21n }],
      recordSet: new Uint8Array([5, 6]),
    }],
  }],
};

Deno.test("decodeFetchResponse() reads versions 4 and 11", () => {
  const version4 = bytesOf(
    [4, 0],
    [4, 1],
    ...name,
    [4, 1],
    ...partition,
    ...aborted,
    ...recordSet,
  );
  assertEquals(decodeFetchResponse(version4, 4), expected);
  const version11 = bytesOf(
    [4, 0],
    [2, 0],
    [4, 0],
    [4, 1],
    ...name,
    [4, 1],
    ...partition,
    [8, 12],
    ...aborted,
    [4, -1],
    ...recordSet,
  );
  assertEquals(decodeFetchResponse(version11, 11), expected);
  const cut = version4.subarray(0, -1);
  assertThrows(() => decodeFetchResponse(cut, 4), RangeError);
});
