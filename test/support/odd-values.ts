import { parse } from 'node:querystring';

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwingGetter(...keys: readonly string[]): object {
  const fail = () => {
    throw new Error('from a getter');
  };
  const odd = {};
  for (const key of keys) Object.defineProperty(odd, key, { get: fail, enumerable: true });
  return odd;
}

const fails = () => {
  throw new Error('from a method');
};

function cyclic(): object {
  const value: Record<string, unknown> = { id: 1 };
  value['self'] = value;
  return value;
}

function causedByItself(): Error {
  const error = new Error('again');
  error.cause = error;
  return error;
}

/** What code may throw, return or log that code which reports it may stumble over. */
export const oddValues: readonly (readonly [name: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a symbol', Symbol('odd')],
  ['a bigint', 10n],
  ['an object that holds a bigint', { big: 10n }],
  ['a function', fails],
  ['a class', Map],
  ['an object without a prototype', parse('error=access_denied&hint=scope')],
  ['a revoked proxy', revoked()],
  ['an object that holds a revoked proxy', { inner: revoked() }],
  ['a cyclic object', cyclic()],
  ['an object whose getters throw', throwingGetter('a', 'code', 'name', 'message', 'toJSON')],
  [
    'an object whose methods throw',
    { toString: fails, toJSON: fails, [Symbol.toPrimitive]: fails },
  ],
  ['an error whose message is a symbol', Object.assign(new Error(), { message: Symbol('odd') })],
  ['an error without a prototype', Object.setPrototypeOf(new Error('bare'), null)],
  ['an error whose name is an object', Object.assign(new Error('odd'), { name: {} })],
  ['an error whose cause is a revoked proxy', new Error('odd', { cause: revoked() })],
  ['an error that causes itself', causedByItself()],
  ['an error whose errors are no list', Object.assign(new Error('odd'), { errors: revoked() })],
  ['a huge text', 'x'.repeat(5_000_000)],
  ['a lone surrogate', '\ud83d'],
  ['an object of many keys', Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [n, n]))],
  ['a date that is none', new Date(NaN)],
];
