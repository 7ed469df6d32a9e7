/**
 * How a simulated CoinGecko names itself.
 *
 * @module
 */

/** The header that every answer of the simulator carries. */
export const SIMULATOR_HEADER = "x-crypto-stream-simulator";
