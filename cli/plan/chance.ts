import type { Random } from '../../shared/core/random';

/** Draws how many of `tries` happen, each with this probability. Beyond 50 tries it uses the normal distribution where that is close. */
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
