/** An attribute in the API's form: one type and its value. */
export type Attribute = Readonly<Record<string, unknown>>;
/** An item in the API's form. */
export type Item = Readonly<Record<string, Attribute>>;

/** Bytes that DynamoDB allows an item, and significant digits a number. */
export const maxItemBytes = 400 * 1_024;
export const maxDigits = 38;

/**
 * Bytes that an item takes, by DynamoDB's documented rules: names and texts in UTF-8; a number about a byte for two digits
 * and one more; 3 for a list or map, and 1 for each of its elements.
 */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const [name, attribute] of Object.entries(item)) {
    bytes += Buffer.byteLength(name) + attributeBytes(attribute);
  }
  return bytes;
}

function attributeBytes(attribute: Attribute): number {
  for (const type in attribute) {
    const measure = measures[type];
    if (measure) return measure(attribute[type]);
  }
  return 0;
}

const sum = <T>(values: readonly T[], measure: (value: T) => number): number => {
  let bytes = 0;
  for (const value of values) bytes += measure(value);
  return bytes;
};

const measures: Readonly<Record<string, (value: unknown) => number>> = {
  S: (value) => Buffer.byteLength(value as string),
  N: (value) => numberBytes(value as string),
  B: (value) => Buffer.byteLength(value as string, 'base64'),
  BOOL: () => 1,
  NULL: () => 1,
  SS: (value) => sum(value as string[], (text) => Buffer.byteLength(text)),
  NS: (value) => sum(value as string[], numberBytes),
  BS: (value) => sum(value as string[], (text) => Buffer.byteLength(text, 'base64')),
  L: (value) => 3 + sum(value as Attribute[], (element) => 1 + attributeBytes(element)),
  M: (value) => 3 + Object.keys(value as Item).length + itemBytes(value as Item),
};

function numberBytes(text: string): number {
  if (text.length <= 2) return text === '0' ? 1 : 2;
  return 1 + Math.ceil(significantDigits(text) / 2) + (text.startsWith('-') ? 1 : 0);
}

/** Digits of a number without its leading and trailing zeros. */
function significantDigits(text: string): number {
  const digits = text.replace(/[eE].*$/, '').replace(/[-+.]/g, '');
  return digits.replace(/^0+/, '').replace(/0+$/, '').length;
}

/** Whether a number of the item has more digits than DynamoDB keeps. */
export function hasTooManyDigits(item: Item): boolean {
  return Object.values(item).some(
    ({ N }) => typeof N === 'string' && N.length > maxDigits && significantDigits(N) > maxDigits,
  );
}
