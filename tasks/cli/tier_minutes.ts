// How long a tier of tests may take before it counts as one that hangs: several
// times what the slowest one takes on a busy machine.

/** Minutes for most tiers. */
export const tierMinutes = 45;

/** Minutes for the tests on Spark: twice what they take beside all others. */
export const sparkTierMinutes = 80;

/** Minutes for a tier that ends its own tests, to remove what it started. */
export const cleanUpMinutes = 5;
