/** What identifies the content of an answer (RFC 9110, section 8.8); at least one of the two. */
export interface Validator {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** The validators of the answers that a record was made from, by the keys of their requests. They are kept next to the record. */
export type Validators = Readonly<Record<string, Validator>>;

/** Most characters that the validators of a record take as JSON; an item has room for them next to the largest record. */
const mostCharacters = 1_200;

/** Keeps as many of the validators as there is room for; without one, a request is simply not conditional. */
export function keptValidators(
  seen: Iterable<readonly [string, Validator]>,
): Validators | undefined {
  const kept: Record<string, Validator> = {};
  let left = mostCharacters;
  for (const [key, validator] of seen) {
    left -= JSON.stringify({ [key]: validator }).length;
    if (left < 0) break;
    kept[key] = validator;
  }
  return Object.keys(kept).length === 0 ? undefined : kept;
}
