import { seededChance, type Chance } from '../models/chance';

/** A number from a text (FNV-1a). */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  }
  return sum >>> 0;
}

/**
 * Chance by occasion: the n-th call of a kind meets the same fate whatever happened between, so that a seed does the same
 * to a run although its calls come in another order each time.
 */
export function chanceByOccasion(seed: number): (occasion: string) => Chance {
  const seen = new Map<string, number>();
  return (occasion) => {
    const times = (seen.get(occasion) ?? 0) + 1;
    seen.set(occasion, times);
    return seededChance(hash(`${seed} ${occasion} ${times}`));
  };
}
