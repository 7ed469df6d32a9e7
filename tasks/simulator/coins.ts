// The coins of the simulator.

/** A coin and the start of its random walk. Amounts are in US dollars. */
export interface SimulatedCoin {
  readonly id: string;
  readonly symbol: string;
  readonly name: string;
  /** The price around which it moves. */
  readonly price: number;
  /** Coins in circulation: market cap divided by price. */
  readonly supply: number;
  /** The 24-hour volume around which it moves. */
  readonly volume: number;
  /** An unusual case that clients can be tested with. */
  readonly edge?: "stale" | "no price" | "empty" | "huge cap";
}

type Row = readonly [
  id: string,
  symbol: string,
  name: string,
  price: number,
  supply: number,
  volume: number,
  edge?: NonNullable<SimulatedCoin["edge"]>,
];

const rows: readonly Row[] = [
  ["bitcoin", "btc", "Bitcoin", 92_937, 19_956_000, 71.6e9],
  ["ethereum", "eth", "Ethereum", 3_053.17, 120_694_000, 26.8e9],
  ["binancecoin", "bnb", "BNB", 894.32, 137_734_000, 2.1e9],
  ["cardano", "ada", "Cardano", 0.438_212, 36_600_000_000, 0.94e9],
  ["solana", "sol", "Solana", 142.11, 560_100_000, 5.9e9],
  ["ripple", "xrp", "XRP", 2.18, 60_300_000_000, 4.2e9],
  ["polkadot", "dot", "Polkadot", 2.29, 1_640_000_000, 0.21e9],
  ["dogecoin", "doge", "Dogecoin", 0.150_113, 161_300_000_000, 1.6e9],
  ["avalanche-2", "avax", "Avalanche", 14.27, 428_900_000, 0.43e9],
  ["chainlink", "link", "Chainlink", 14.46, 696_800_000, 0.88e9],
  ["shiba-inu", "shib", "Shiba Inu", 8.41e-6, 589_240_000_000_000, 0.13e9],
  ["sim-tiny", "tiny", "Simulated Tiny", 2.08e-6, 4.2e14, 1.2e6],
  ["sim-huge", "huge", "Simulated Huge", 15_422.5, 1e12, 9.9e12, "huge cap"],
  ["sim-stale", "stale", "Simulated Stale", 1.07, 5_000_000, 310, "stale"],
  ["sim-unpriced", "none", "Simulated Unpriced", 1, 1, 1, "no price"],
  ["matic-network", "matic", "Polygon (MATIC)", 1, 1, 1, "empty"],
];

export const simulatedCoins: ReadonlyMap<string, SimulatedCoin> = new Map(
  rows.map(([id, symbol, name, price, supply, volume, edge]) => [
    id,
    { id, symbol, name, price, supply, volume, ...edge && { edge } },
  ]),
);
