import { assertEquals } from "@std/assert";
import { stepsText, StepWatch } from "../../tasks/lake/spark/job_steps.ts";

Deno.test("StepWatch adds up the steps, between the start and the end", () => {
  let now = 1_000;
  const watch = new StepWatch(() => now);
  now += 9_800;
  watch.take({ event: "session", seconds: 3, cpuSeconds: 7 });
  const silver = { event: "step", name: "silver" };
  watch.take({ ...silver, seconds: 2, cpuSeconds: 1 });
  watch.take({ event: "gold", seconds: 99 });
  watch.take({ ...silver, seconds: 0.5, cpuSeconds: 0.25 });
  now += 5_000;
  const done = { event: "done", cpuSeconds: 21.34, peakMb: 690.2 };
  watch.take(done);
  now += 1_100;
  const steps = watch.end();
  assertEquals(Object.fromEntries(steps), {
    start: { wall: 9.8, cpu: 7 },
    silver: { wall: 2.5, cpu: 1.25 },
    end: { wall: 1.1, cpu: undefined },
  });
  const text = "start 9.8 (7.0), silver 2.5 (1.3), end 1.1";
  assertEquals(
    stepsText(steps, done),
    `${text}; 21.3 s of CPU, Java's peak 690 MB`,
  );
  assertEquals(stepsText(steps, { event: "done" }), text);
});

Deno.test("StepWatch has no processor time where the system tells none", () => {
  const watch = new StepWatch(() => 0);
  watch.take({ event: "step", name: "silver", seconds: 2, cpuSeconds: 1 });
  watch.take({ event: "step", name: "silver", seconds: 1 });
  assertEquals(stepsText(watch.end(), {}), "silver 3.0, end 0.0");
});
