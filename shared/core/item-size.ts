import type { JsonObject, JsonValue } from './json';

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
const listOrMapOverheadBytes = 3;
const elementOverheadBytes = 1;

/**
 * Bytes that an item of these attributes takes in DynamoDB, by its documented rules: names and values in UTF-8, 1 byte
 * for each element of a list or map and 3 for the list or map itself. A number's size is documented as about one byte
 * for two digits and one more; this counts it no smaller.
 */
export function itemBytes(item: JsonObject): number {
  let bytes = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) bytes += utf8Bytes(name) + valueBytes(value);
  }
  return bytes;
}

/** Bytes of one attribute's value, without its name. What is undefined is null in a list. */
export function valueBytes(value: JsonValue | undefined): number {
  if (typeof value === 'string') return utf8Bytes(value);
  if (typeof value === 'number') return numberBytes(value);
  if (typeof value === 'boolean' || value === null || value === undefined) return 1;
  if (isList(value)) {
    return value.reduce<number>(
      (bytes, element) => bytes + elementOverheadBytes + valueBytes(element),
      listOrMapOverheadBytes,
    );
  }
  const elements = Object.values(value).filter((element) => element !== undefined).length;
  return listOrMapOverheadBytes + elements * elementOverheadBytes + itemBytes(value);
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

/** Digits without leading and trailing zeros take half a byte each; sign, rounding and exponent up to 3 bytes. */
function numberBytes(value: number): number {
  const digits = String(Math.abs(value))
    .replace(/e.*$/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + (value < 0 ? 3 : 2);
}

/** Bytes of a text in UTF-8; a lone surrogate becomes the 3 bytes of U+FFFD. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (isHigh(unit) && isLow(text.charCodeAt(at + 1))) {
      bytes += 4;
      at += 1;
    } else bytes += 3;
  }
  return bytes;
}

/** Most bytes of a text in a JSON document whose characters beyond the basic plane are escaped, quotes included. */
export function jsonTextBytes(text: string): number {
  let bytes = 2;
  for (let at = 0; at < text.length; at += 1) bytes += jsonUnitBytes(text.charCodeAt(at));
  return bytes;
}

function jsonUnitBytes(unit: number): number {
  const isEscaped = unit < 0x20 || isHigh(unit) || isLow(unit) || unit >= 0xfffe;
  if (isEscaped) return 6;
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit < 0x80) return 1;
  return unit < 0x800 ? 2 : 3;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
