import { checkCompletion } from '../../../shared/collector/check-completion';
import { checkCrunched, checkUnchanged } from '../../../shared/collector/check-crunched';
import { checkListing, type AskedPage } from '../../../shared/collector/check-page';
import { describeError, describeValue } from '../../../shared/core/describe-error';
import { cleanHead } from '../../../shared/core/plain-json';
import { secretRedaction } from '../../../shared/core/redact';
import { ignoredWaitMessage } from '../../../shared/pipeline/object/send-back';
import { fingerprint } from '../../../shared/pipeline/page/fingerprint';

const secret = 'Qz7Wx5Vk9Jh3Gf1Dd8Sb';
const forms = [secret, encodeURIComponent(secret), btoa(secret).slice(0, -2)];
const { redact, learn } = secretRedaction();
learn('apiKey', secret);

/** Whether four characters in a row of a secret are left. */
const holdsPart = (text: string): boolean =>
  forms.some((form) =>
    Array.from({ length: form.length - 3 }, (_, at) => form.slice(at, at + 4)).some((part) =>
      text.includes(part),
    ),
  );

const asked: AskedPage = {
  ...{ page: 1, pageToken: undefined, numbered: false, maxPages: 10 },
  ...{ objectsBefore: 0, remembered: undefined, pageBefore: undefined, total: undefined },
};
const list = (listed: unknown, pageToken?: string) =>
  checkListing(listed, { ...asked, pageToken }, fingerprint, redact);
const crunched = (result: unknown) => checkCrunched(result, redact);

/** Every place that quotes what a collector returned or threw, and shortens it. */
const places: readonly (readonly [string, (text: string) => unknown])[] = [
  ['an unknown key of a page', (text) => list({ objects: [], [text]: 1 })],
  ['an id that is too long', (text) => list({ objects: [text + 'x'.repeat(2_048)] })],
  ['an id with half a character', (text) => list({ objects: [`${text}\ud800`] })],
  ['a token that comes twice', (text) => list({ objects: ['a'], nextPageToken: text }, text)],
  ['an unknown key of an object', (text) => list({ objects: [{ id: 'a', [text]: 1 }] })],
  ['the path of listed data', (text) => list({ objects: [{ id: 'a', data: { [text]: 1n } }] })],
  ['the path of what a page carries', (text) => list({ objects: [], carry: { [text]: 1n } })],
  ['an unknown key of a result', (text) => crunched({ record: {}, [text]: 1 })],
  ['an unknown key of unchanged()', (text) => checkUnchanged({ [text]: 1 }, redact)],
  ['an unknown key of a completion', (text) => checkCompletion({ [text]: 1 }, redact)],
  ['the path of a state', (text) => checkCompletion({ state: { [text]: 1n } }, redact)],
  ['the path of a record', (text) => crunched({ record: { [text]: NaN } })],
  ['a key that is too long', (text) => crunched({ record: { [text + 'x'.repeat(65_536)]: 1 } })],
  ['a key with half a character', (text) => crunched({ record: { [`${text}\ud800`]: 1 } })],
  [
    'the name of a total',
    (text) => crunched({ record: {}, totals: { [text + 'x'.repeat(65)]: 1 } }),
  ],
  [
    'a total with half a character',
    (text) => crunched({ record: {}, totals: { [`${text}\ud800`]: 1 } }),
  ],
  ['a wait that is none', (text) => ignoredWaitMessage(text, redact)],
  ['a value', (text) => describeValue(text, redact)],
  ['an error', (text) => describeError(new Error(text), redact)],
  [
    'the message of an error that is no text',
    (text) => describeError({ name: 'E', message: { text } }, redact),
  ],
];

/** What a check says, whether it throws it or returns it. */
function saidBy(check: () => unknown): string {
  try {
    return JSON.stringify(check());
  } catch (error) {
    return String(error);
  }
}

describe('a secret in a text that is shortened', () => {
  it.each(places)('leaves no part of itself, wherever it is cut: %s', (_, check) => {
    for (let before = 0; before <= 220; before += 1) {
      for (const form of forms) {
        const said = saidBy(() => check('.'.repeat(before) + form));
        expect([before, holdsPart(said) ? said : '']).toEqual([before, '']);
      }
    }
  });

  it('leaves no part of itself at the end of an error of 1,000 characters', () => {
    for (let before = 960; before <= 1_000; before += 1) {
      const said = describeError('.'.repeat(before) + secret, redact);
      expect([before, holdsPart(said)]).toEqual([before, false]);
    }
  });

  it('leaves no part of itself behind so many others that the redaction makes the text short', () => {
    const long = secretRedaction();
    long.learn('k', secret.repeat(4));
    const text = secret.repeat(4 * 5_000);
    for (let before = 0; before < 80; before += 1) {
      const said = cleanHead('.'.repeat(before) + text, 100_000, long.redact);
      expect([before, holdsPart(said)]).toEqual([before, false]);
    }
  });

  it('leaves no part of itself where a query is cut off a URL', () => {
    const odd = secretRedaction();
    odd.learn('key', 'abcdef?ghijkl');
    const answer = new Response(null, { status: 400 });
    Object.defineProperty(answer, 'url', { value: 'https://api/abcdef?ghijkl/x' });
    expect(describeError(answer, odd.redact)).toBe('Response 400 from https://api/[secret key]/x');
  });
});
