/**
 * How a simulated CoinGecko names itself.
 *
 * @module
 */

/**
 * The header that every answer of the simulator carries, with the value
 * `crypto-stream`, and that no real API sends: made-up prices can never pass
 * for real ones.
 */
export const SIMULATOR_HEADER = "x-simulator";
