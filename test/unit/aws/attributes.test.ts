import fc from 'fast-check';
import {
  fromItem,
  mostWireBytes,
  numberSet,
  toAttribute,
  toItem,
} from '../../../shared/aws/dynamodb/attributes';
import { RefusedError, StoreError } from '../../../shared/core/errors';
import type { JsonObject } from '../../../shared/core/json';

const jsonObject = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }))
  .map((object) => JSON.parse(JSON.stringify(object)) as JsonObject);

describe('attributes', () => {
  it('carry any JSON there and back', () => {
    fc.assert(
      fc.property(jsonObject, (object) => {
        expect(fromItem(toItem(object))).toEqual(object);
      }),
    );
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('carry a key %j as any other', (name) => {
    const object = JSON.parse(`{"a":{${JSON.stringify(name)}:{"x":1}}}`) as JsonObject;
    expect(JSON.stringify(fromItem(toItem(object)))).toBe(JSON.stringify(object));
  });

  it('leave undefined out of objects, and keep its place in lists', () => {
    expect(toItem({ a: undefined, b: [undefined, 1] })).toEqual({
      b: { L: [{ NULL: true }, { N: '1' }] },
    });
    const withHole: number[] = [];
    withHole[1] = 1;
    expect(toAttribute(withHole)).toEqual({ L: [{ NULL: true }, { N: '1' }] });
  });

  it('read a set of numbers as a list in order', () => {
    expect(fromItem({ a: numberSet([10, 9]) })).toEqual({ a: [9, 10] });
  });

  it('refuse what is not JSON', () => {
    expect(() => toAttribute(Symbol('a'))).toThrow(RefusedError);
    expect(() => fromItem({ a: { B: new Uint8Array() } })).toThrow(StoreError);
  });

  it('never take more bytes in a request than is reckoned with', () => {
    fc.assert(
      fc.property(jsonObject, (object) => {
        const attribute = toAttribute(object);
        const bytes = new TextEncoder().encode(JSON.stringify(attribute)).length;
        expect(mostWireBytes(attribute)).toBeGreaterThanOrEqual(bytes);
      }),
    );
  });
});
