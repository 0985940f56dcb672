/** A number from 0 to below 1, and the next one. */
export type Random = () => number;

/** The same numbers for the same seed: mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How many of `tries` happen, each with this probability; beyond 50 tries by the normal distribution where it is close. */
export function binomial(tries: number, probability: number, random: Random): number {
  if (probability <= 0 || tries === 0) return 0;
  if (probability >= 1) return tries;
  const mean = tries * probability;
  const variance = mean * (1 - probability);
  if (tries > 50 && variance > 9) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.min(tries, Math.max(0, Math.round(mean + normal * Math.sqrt(variance))));
  }
  let happened = 0;
  for (let one = 0; one < tries; one += 1) if (random() < probability) happened += 1;
  return happened;
}
