import { assertEquals } from "@std/assert";
import { printNumber, printPrice } from "../../tasks/simulator/digits.ts";

const numbers: readonly (readonly [value: number, text: string])[] = [
  [0, "0"],
  [92937, "92937"],
  [1542226908349.8406, "1542226908349.8406"],
  [-0.514909925915219, "-0.514909925915219"],
  [0.0001, "0.0001"],
  [0.0000208, "2.08e-05"],
  [0.00000208, "2.08e-06"],
  [-1e-7, "-1.0e-07"],
  [1e-12, "1.0e-12"],
  [1e16, "1.0e+16"],
];
for (const [value, text] of numbers) {
  Deno.test(`\`printNumber()\` prints ${text}`, () => {
    assertEquals(printNumber(value), text);
    assertEquals(Number(text), value);
  });
}

const prices: readonly (readonly [number, string])[] = [
  [92937.456, "92937"],
  [3053.1749, "3053.17"],
  [2.2, "2.2"],
  [0.43821249, "0.438212"],
  [0.00000208049, "2.08e-06"],
];
for (const [price, text] of prices) {
  Deno.test(`\`printPrice()\` prints ${price} as ${text}`, () => {
    assertEquals(printPrice(price), text);
  });
}
