import { assertRejects } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { createComposeStack } from "../../tasks/stack/compose/compose_stack.ts";
import { composeSettings } from "../../tasks/stack/compose_settings.ts";
import { createNativeStack } from "../../tasks/stack/native/native_stack.ts";

const settings = composeSettings({
  env: () => undefined,
  readText: () => undefined,
});
const stacks = [
  createComposeStack({ settings }),
  createNativeStack({ stateDir: "/nowhere" }),
];
for (const stack of stacks) {
  Deno.test(`\`logs()\` of an unknown service is a usage error: ${stack.kind}`, async () => {
    const { signal } = new AbortController();
    await assertRejects(
      () => stack.logs("nosuch", false, signal),
      UsageError,
      'unknown service "nosuch": expected ',
    );
  });
}
