/**
 * The header that marks simulated responses.
 *
 * @module
 */

/**
 * Every response of the simulator carries it, with the value `crypto-stream`,
 * and no real API sends it: simulated prices can never pass for real ones.
 */
export const SIMULATOR_HEADER = "x-simulator";
