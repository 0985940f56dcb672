import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { RefusedError, StoreError } from '../../core/errors';

/** An item as DynamoDB's API has it. */
export type Item = Record<string, AttributeValue>;

/**
 * Writes plain JSON as attributes: `undefined` is left out of objects and is null in lists. Own code, because
 * `@aws-sdk/util-dynamodb` refuses numbers beyond 2^53 and objects with a key `constructor`, loses a key
 * `__proto__`, moves the elements of a list that has a hole, and takes four times as long.
 */
export function toItem(object: object): Item {
  const item: Item = {};
  for (const [name, value] of Object.entries(object)) {
    if (value !== undefined) put(item, name, toAttribute(value));
  }
  return item;
}

/** Writes one value of plain JSON, or a bigint. */
export function toAttribute(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
    case 'bigint':
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      if (value === null) return { NULL: true };
      if (Array.isArray(value))
        return { L: Array.from(value, (each: unknown) => toAttribute(each)) };
      return { M: toItem(value) };
    case 'undefined':
      return { NULL: true };
    default:
      throw new RefusedError(`A ${typeof value} cannot be stored: it is not JSON`);
  }
}

/** Names of attributes as expressions write them, `#name`: any of them may be a reserved word. */
export const expressionNames = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`#${name}`, name]));

/** Reads attributes as plain JSON; sets of numbers become ascending lists. */
export function fromItem(item: Item): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(item)) put(object, name, fromAttribute(attribute));
  return object;
}

/** Reads one attribute. */
export function fromAttribute(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.M !== undefined) return fromItem(attribute.M);
  if (attribute.L !== undefined) return attribute.L.map(fromAttribute);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.NULL !== undefined) return null;
  if (attribute.NS !== undefined) return numbersOf(attribute);
  throw new StoreError(`An attribute of type ${Object.keys(attribute).join()} is not ours`);
}

/** Reads a map of integers exactly, up to the 38 digits that DynamoDB keeps. */
export const integersOf = (attributes: Item | undefined): Record<string, bigint> =>
  Object.fromEntries(
    Object.entries(attributes ?? {}).map(([name, { N }]) => [name, integerOf(N ?? '0')]),
  );

/** DynamoDB gives digits alone; an emulator may give an exponent. */
const integerOf = (digits: string): bigint =>
  /^-?\d+$/.test(digits) ? BigInt(digits) : BigInt(Number(digits));

/** A number set; DynamoDB has no empty ones, so give at least one member. */
export const numberSet = (members: readonly number[]): AttributeValue => ({
  NS: members.map(String),
});

/** The members of a number set, ascending; none where the attribute is absent. */
export const numbersOf = (attribute: AttributeValue | undefined): number[] =>
  (attribute?.NS ?? []).map(Number).sort((a, b) => a - b);

/** Bytes that an attribute takes in a request, at most: JSON writes a control character as 6. */
export function mostWireBytes(attribute: AttributeValue): number {
  const { S, N, M, L } = attribute;
  if (S !== undefined) return 10 + 6 * S.length;
  if (N !== undefined) return 10 + N.length;
  if (L !== undefined) return L.reduce((bytes, each) => bytes + mostWireBytes(each), 10);
  if (M === undefined) return 16;
  return Object.entries(M).reduce(
    (bytes, [name, each]) => bytes + 4 + 6 * name.length + mostWireBytes(each),
    10,
  );
}

/** A plain assignment to `__proto__` would set the prototype instead. */
function put<T>(object: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else object[name] = value;
}
