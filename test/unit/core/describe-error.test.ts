import { parse } from 'node:querystring';
import * as described from '../../../shared/core/describe-error';
import { StoreError } from '../../../shared/core/errors';
import { noRedaction } from '../../../shared/core/plain-json';
import { secretRedaction } from '../../../shared/core/redact';
import { oddValues } from '../../support/odd-values';

const describeError = (error: unknown, redact = noRedaction) =>
  described.describeError(error, redact);
const describeValue = (value: unknown) => described.describeValue(value, noRedaction);
const plainError = (error: unknown) =>
  described.plainError(error, { redact: noRedaction, mapPositions: (text) => text });

const long = (letter: string) => letter.repeat(3_000);

describe('the description of an error', () => {
  it('has name and message', () => {
    expect(describeError(new StoreError('busy'))).toBe('StoreError: busy');
    expect(describeError(new Error())).toBe('Error');
    expect(describeError('a text')).toBe('a text');
    expect(describeError(undefined)).toBe('undefined');
    expect(describeError(Symbol('odd'))).toBe('Symbol(odd)');
    expect(describeError(Object.assign(new Error(), { message: Symbol('odd') }))).toBe(
      'Error: Symbol(odd)',
    );
  });

  it('shows an empty or blank text in quotes', () => {
    expect(describeError('')).toBe('""');
    expect(describeError(' \n')).toBe('" \\n"');
    expect(describeError(new Error('', { cause: '' }))).toBe('Error; caused by ""');
  });

  it('shows a plain object as JSON', () => {
    expect(describeError(parse('error=access_denied&hint=scope'))).toBe(
      '{"error":"access_denied","hint":"scope"}',
    );
    expect(describeError({ status: 500, list: [1n, undefined] })).toBe(
      '{"status":500,"list":["1",null]}',
    );
    expect(describeError([1, 'a'])).toBe('[1,"a"]');
  });

  it('shows of a Response its status and its address, without query and credentials', () => {
    const response = new Response('', { status: 503, statusText: 'Service Unavailable' });
    Object.defineProperty(response, 'url', { value: 'https://me:pass@api.test/v1/a?key=k#top' });
    expect(describeError(response)).toBe(
      'Response 503 Service Unavailable from https://api.test/v1/a',
    );
    expect(describeError(new Error('no data', { cause: response }))).toBe(
      'Error: no data; caused by Response 503 Service Unavailable from https://api.test/v1/a',
    );
  });

  it('says why a fetch failed', async () => {
    const failed: unknown = await fetch('http://127.0.0.1:1/').catch((error: unknown) => error);
    // Port 1 is one that fetch refuses by itself; a port that nobody listens to comes from the system.
    const refused = Object.assign(new Error('connect 127.0.0.1:9'), { code: 'ECONNREFUSED' });
    expect(describeError(failed)).toBe('TypeError: fetch failed; caused by Error: bad port');
    expect(describeError(new TypeError('fetch failed', { cause: refused }))).toBe(
      'TypeError: fetch failed; caused by Error: connect 127.0.0.1:9 (ECONNREFUSED)',
    );
  });

  it('names each error of an AggregateError, and each code once', () => {
    const refused = (address: string) =>
      Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' });
    const both = new AggregateError([refused('::1:80'), refused('127.0.0.1:80')]);
    expect(describeError(Object.assign(both, { code: 'ECONNREFUSED' }))).toBe(
      'AggregateError (ECONNREFUSED); caused by Error: connect ECONNREFUSED ::1:80; ' +
        'and Error: connect ECONNREFUSED 127.0.0.1:80',
    );
  });

  it('has at most 1,000 characters, and the head of each error of the chain', () => {
    expect(describeError(new Error(long('x')))).toHaveLength(1_000);
    const chain = new Error(long('a'), { cause: new Error(long('b'), { cause: new Error('c') }) });
    const text = describeError(chain);
    expect(text).toHaveLength(1_000);
    expect(text).toMatch(/^Error: a{400,}; caused by Error: b{400,}; caused by Error: c$/);
  });

  it('does not cut a character in half', () => {
    expect(describeError(`${'x'.repeat(999)}🙂`)).toBe('x'.repeat(999));
  });

  it('redacts before it cuts', () => {
    const redact = (text: string) => text.replaceAll('hunter2', '[secret]');
    expect(describeError(`${'x'.repeat(996)}hunter2`, redact)).toBe(`${'x'.repeat(996)}[sec`);
    expect(describeError({ hunter2: ['hunter2'] }, redact)).toBe('{"[secret]":["[secret]"]}');
  });

  it.each(oddValues)('never throws: %s', (_, value) => {
    expect(describeError(value).length).toBeLessThanOrEqual(1_000);
    expect(describeError(new Error('odd', { cause: value })).length).toBeLessThanOrEqual(1_000);
    expect(describeError(new AggregateError([value])).length).toBeLessThanOrEqual(1_000);
    expect(describeValue(value).length).toBeLessThanOrEqual(100);
    expect(JSON.parse(JSON.stringify(plainError(value)))).toEqual({ name: expect.any(String) });
  });

  it('of what a handler throws keeps name, message and stack', () => {
    const error = new RangeError('too far', { cause: 'a whim' });
    const plain = plainError(error);
    expect(plain).toMatchObject({ name: 'RangeError', message: 'too far; caused by a whim' });
    expect(plain.stack).toBe(error.stack);
    expect(plain.cause).toBeUndefined();
  });

  it('leaves no part of a secret where it is cut', () => {
    const { learn, redact } = secretRedaction();
    learn('apiKey', 'hunter2hunter2');
    for (let length = 975; length <= 1_000; length += 1) {
      const text = described.describeError(`${'x'.repeat(length)}hunter2hunter2`, redact);
      expect(text).not.toContain('hunt');
      expect(text.length).toBeLessThanOrEqual(1_000);
    }
    expect(described.describeValue(`${'x'.repeat(90)}hunter2hunter2`, redact)).not.toContain('hu');
    const plain = described.plainError(new Error('at ?key=hunter2hunter2'), {
      redact,
      mapPositions: (text) => text,
    });
    expect(`${plain.message} ${plain.stack ?? ''}`).not.toContain('hunter2');
  });
});
