// The SQL that is generated from the dbt project.

import candidates from "../sql/embedded/incremental/candidates.sql" with {
  type: "text",
};
import rejects from "../sql/embedded/incremental/crypto_rejects.sql" with {
  type: "text",
};
import revisions from "../sql/embedded/incremental/crypto_revisions.sql" with {
  type: "text",
};
import ticks from "../sql/embedded/incremental/crypto_ticks.sql" with {
  type: "text",
};
import latest from "../sql/embedded/gold/crypto_latest.sql" with {
  type: "text",
};

/** Statements of a transaction; they read the temporary table `batch`. */
export const incremental = { candidates, rejects, revisions, ticks };

/** SELECTs of the views, by name, in the order in which they are created. */
export const views: Readonly<Record<string, string>> = {
  "gold.crypto_latest": latest,
};

/** The same over all of bronze. */
export const full = { candidates };
