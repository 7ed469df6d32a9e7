// Loads nothing of DuckDB: the ingestion knows the error too.

import { CommandError } from "../../lib/errors.ts";

/**
 * The lake does not take what a batch holds, and would not take it later: the
 * disk and other processes are not the reason. Nothing of it was written.
 */
export class RefusedError extends CommandError {}
