import { secretRedaction } from '../../../shared/core/redact';

const apiKey = 'k3y+/=&"\\ é\n%z~漢😀!*';

function knowing(secrets: Readonly<Record<string, string>>) {
  const redaction = secretRedaction();
  for (const [name, value] of Object.entries(secrets)) redaction.learn(name, value);
  return redaction;
}

/** Texts of all lengths from 8 to 40, of any characters, the same in every run. */
function manySecrets(): string[] {
  let seed = 20_261_128;
  const next = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  const alphabet = Array.from('abcXYZ0189-_.~!*\'()+/=&?%#"\\ \n\t<>é漢😀');
  return Array.from({ length: 66 }, (_, at) => {
    const length = 8 + (at % 33);
    const middle = Array.from({ length: length - 2 }, () => alphabet[next(alphabet.length)]);
    return `s${middle.join('')}t`;
  });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64Forms = (text: string): string[] => {
  const whole = base64(text);
  const url = Buffer.from(text).toString('base64url');
  return [whole, url, whole.replace(/=/g, ''), encodeURIComponent(whole)];
};
const lowerHex = (text: string): string =>
  text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
const form = (text: string): string =>
  new URLSearchParams({ key: text }).toString().slice('key='.length);

const encodings: readonly (readonly [string, (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['in JSON', (text) => JSON.stringify(text).slice(1, -1)],
  ['in JSON in JSON', (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3)],
  ['with its slashes escaped', (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/')],
  ['URL-encoded', encodeURIComponent],
  ['URL-encoded in lower case', (text) => lowerHex(encodeURIComponent(text))],
  ['URL-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['URL-encoded in part', encodeURI],
  ['as a form', form],
];

describe('redaction', () => {
  it.each(encodings)('replaces a value %s, whatever is around it', (_, encode) => {
    for (const secret of [apiKey, ...manySecrets()]) {
      const { redact } = knowing({ apiKey: secret });
      expect(redact(`GET /?key=${encode(secret)}&page=2`)).toBe('GET /?key=[secret apiKey]&page=2');
    }
  });

  it('replaces a value in base64 and base64url, with padding and without', () => {
    for (const secret of [apiKey, ...manySecrets()]) {
      const { redact } = knowing({ apiKey: secret });
      for (const text of base64Forms(secret)) expect(redact(text)).toBe('[secret apiKey]');
    }
  });

  it.each(['u', 'us', 'use', 'user:', 'a longer user name:'])(
    'replaces a value in base64 behind %s, whatever follows',
    (before) => {
      // A digit that also holds bits of what is before stays: 4 bits of the secret at most.
      const kept = Math.ceil((before.length * 8) / 6);
      for (const secret of [apiKey, ...manySecrets()]) {
        const { redact } = knowing({ apiKey: secret });
        for (const text of ['', '!', '!!', ' etc.'].flatMap((after) =>
          base64Forms(before + secret + after),
        )) {
          expect(redact(`${text} x`)).toMatch(/^[\w+/%-]+\[secret apiKey\][^[]* x$/);
          expect(redact(text).indexOf('[')).toBeLessThanOrEqual(kept + 4);
        }
      }
    },
  );

  it('replaces a value without the line break that ends it', () => {
    const { redact } = knowing({ token: '  abcdefgh\n' });
    expect(redact('sent abcdefgh')).toBe('sent [secret token]');
    expect(redact(base64('  abcdefgh\n'))).not.toContain(base64('abcdefgh').slice(0, 8));
  });

  it('leaves values of less than 8 characters alone', () => {
    const { redact, findIn } = knowing({ pin: '1234567', padded: ' 1234567 ' });
    expect(redact('pin 1234567 and MTIzNDU2Nw==')).toBe('pin 1234567 and MTIzNDU2Nw==');
    expect(findIn({ pin: '1234567' }, 'record')).toBeUndefined();
  });

  it('names the secret, and finds one that holds another whole', () => {
    const { redact } = knowing({ short: 'abcdefgh', long: 'xx-abcdefgh-xx' });
    expect(redact('xx-abcdefgh-xx, abcdefgh')).toBe('[secret long], [secret short]');
  });

  it('knows the values before a rotation, the latest three of each secret', () => {
    const redaction = secretRedaction();
    for (const value of ['value-one', 'value-two', 'value-three', 'value-four']) {
      redaction.learn('token', value);
      redaction.learn('token', value);
    }
    expect(redaction.redact('value-one value-two value-three value-four')).toBe(
      'value-one [secret token] [secret token] [secret token]',
    );
  });

  it('replaces the texts of a secret that is JSON, and finds the one text of it in a record', () => {
    const several = knowing({ db: '{"user":"stations","password":"hunter2hunter2","port":5432}' });
    expect(several.redact('stations:hunter2hunter2@db:5432')).toBe(
      '[secret db]:[secret db]@db:5432',
    );
    expect(several.findIn({ user: 'stations' }, 'record')).toBeUndefined();
    const one = knowing({ api: '{"apiKey":"hunter2hunter2"}' });
    expect(one.findIn({ a: 'hunter2hunter2' }, 'record')).toEqual({
      path: 'record.a',
      name: 'api',
    });
  });

  it('finds a secret in a record at any depth, in longer texts and in keys', () => {
    const { findIn } = knowing({ apiKey: 'hunter2hunter2' });
    const key = 'hunter2hunter2';
    const at = (record: object) => findIn(record, 'record')?.path;
    expect(at({ a: 1, url: `https://x/?key=${key}` })).toBe('record.url');
    expect(at({ a: [{ b: ['', key] }] })).toBe('record.a[0].b[1]');
    expect(at({ a: { [`x-${key}`]: 1 } })).toBe('record.a: a key');
    expect(at({ a: base64(`user:${key}`) })).toBe('record.a');
    expect(at({ a: 'hunter2', b: null, c: undefined, d: 1n })).toBeUndefined();
  });

  it('copies data with all its texts and keys redacted', () => {
    const { redactAll } = knowing({ apiKey: 'hunter2hunter2' });
    const data = { hunter2hunter2: ['a hunter2hunter2', 1, null, 2n], plain: true };
    expect(redactAll(data)).toEqual({
      '[secret apiKey]': ['a [secret apiKey]', 1, null, 2n],
      plain: true,
    });
  });

  it('finds a value of 64 KB, and many secrets at the same time', () => {
    const digits = (seed: number, length: number): string =>
      Array.from({ length }, (_, at) => ((at * 7_919 + seed * 31) % 36).toString(36)).join('');
    const redaction = knowing({ key: digits(0, 65_536) });
    expect(redaction.redact(`a ${digits(0, 65_536)} b`)).toBe('a [secret key] b');
    expect(redaction.redact(base64(digits(0, 65_536))).length).toBeLessThan(40);
    for (let at = 1; at < 50; at += 1) redaction.learn(`n${at}`, digits(at, 2_000));
    expect(redaction.redact(`a ${digits(7, 2_000)} b`)).toBe('a [secret n7] b');
  });

  it('ends on texts that are made to be slow', () => {
    const { redact } = knowing({ a: '\\\\\\\\\\\\\\\\"\\"\\"', b: '%%%%%%%%25' });
    for (const unit of ['\\', '%', '%25', '"']) {
      const text = unit.repeat(50_000);
      expect(redact(text).length).toBeLessThanOrEqual(text.length);
    }
  });

  it('changes nothing as long as it knows no secret', () => {
    const { redact, redactAll, findIn } = secretRedaction();
    const data = { a: 'text' };
    expect(redact('text')).toBe('text');
    expect(redactAll(data)).toBe(data);
    expect(findIn(data, 'record')).toBeUndefined();
  });
});
