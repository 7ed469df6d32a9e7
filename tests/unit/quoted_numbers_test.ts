import { assertEquals } from "@std/assert";
import { withQuotedNumbers } from "../../lakehouse/lake/quoted_numbers.ts";

Deno.test("withQuotedNumbers() makes each number of a named member a string, digit by digit", () => {
  assertEquals(
    withQuotedNumbers(
      '{"a":0.12345678901234567890,"b" :\n-1.5E+9,"c":"\\":5","d":[1],"e":{}}',
    ),
    '{"a":"0.12345678901234567890","b" :\n"-1.5E+9","c":"\\":5","d":[1],"e":{}}',
  );
});

Deno.test("withQuotedNumbers() leaves what is not a number as it is not JSON", () => {
  for (
    const [text, expected] of [
      ['{"a":1.2.3}', '{"a":"1.2".3}'],
      ['{"a":01}', '{"a":"0"1}'],
      ['{"a":-}', '{"a":-}'],
      ['{"a":1e}', '{"a":"1"e}'],
    ] as const
  ) assertEquals(withQuotedNumbers(text), expected);
});

Deno.test("withQuotedNumbers() leaves to the models what only DuckDB takes for JSON, and long texts", () => {
  for (
    const text of ['{"a":1,}', '{"a":NaN}', '{"a":-Infinity}', "[ 1 , ]"]
      .concat(
        `{"a":${"1".repeat(200_000)}}`,
      )
  ) assertEquals(withQuotedNumbers(text), null);
});
