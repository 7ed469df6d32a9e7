import { assertEquals } from "@std/assert";
import { generatedSql } from "../../tasks/lake/compile_models.ts";

Deno.test("generatedSql() leaves out the blank lines of Jinja, and names the source", () => {
  assertEquals(
    generatedSql("gold/x", "\n\n\nselect 1  \n\n\n  as a\n\nfrom b\n\n"),
    "-- Generated from lakehouse/models/gold/x.sql by `deno task models`.\n" +
      "-- Do not edit.\nselect 1\n\n  as a\n\nfrom b\n",
  );
});
