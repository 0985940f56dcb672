import { createHash } from 'node:crypto';
import type { Body } from '../http/service';
import { entriesOf } from './refusals';

/** Characters beyond U+FFFF, which SQS takes and fauxqs refuses; half of one is refused by both. */
const surrogatePairs = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
const anySurrogate = /[\uD800-\uDFFF]/;

/** Bodies that fauxqs was shown in another form, by that form. */
export type Encoded = ReadonlyMap<string, string>;

/** Shows bodies with characters beyond U+FFFF in a form that fauxqs takes. */
export function encode(body: Body): { readonly body: Body; readonly encoded: Encoded } {
  const encoded = new Map<string, string>();
  const hide = (message: Body): Body => {
    const text = message['MessageBody'];
    if (typeof text !== 'string' || !anySurrogate.test(text)) return message;
    const hidden = text.replace(surrogatePairs, moveToPrivateUse);
    encoded.set(hidden, text);
    return { ...message, MessageBody: hidden };
  };
  const entries = entriesOf(body);
  const shown =
    entries.length > 0 ? { ...body, Entries: entries.map((entry) => hide(entry)) } : hide(body);
  return { body: encoded.size > 0 ? shown : body, encoded };
}

/** Puts the digests of the true bodies into an answer. */
export function decodeAnswer(asked: Body, answer: Body, encoded: Encoded): Body {
  if (encoded.size === 0) return answer;
  const texts = new Map(entriesOf(asked).map((entry) => [entry['Id'], entry['MessageBody']]));
  const successful = answer['Successful'];
  if (!Array.isArray(successful)) {
    return { ...answer, MD5OfMessageBody: md5(String(asked['MessageBody'])) };
  }
  return {
    ...answer,
    Successful: (successful as Body[]).map((entry) => ({
      ...entry,
      MD5OfMessageBody: md5(String(texts.get(entry['Id']))),
    })),
  };
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const moveToPrivateUse = (pair: string): string =>
  String.fromCharCode(pair.charCodeAt(0) - 0xd800 + 0xe000, pair.charCodeAt(1) - 0xdc00 + 0xe400);
