import type { Fault, FaultPlan } from './faults';
import { detailsOf, objectNumber, objectOf, pageOf, pageOfToken, type Catalogue } from './objects';

/** How long the source takes for each kind of call, in milliseconds. */
export interface Latencies {
  readonly pageMs: number;
  readonly objectMs: number;
  readonly detailsMs: number;
}

/** The latencies of the post. */
export const postLatencies: Latencies = { pageMs: 500, objectMs: 250, detailsMs: 750 };

/** A source that answers at once. */
export const noLatencies: Latencies = { pageMs: 0, objectMs: 0, detailsMs: 0 };

/** What answers follow from. */
export interface Offer {
  readonly catalogue: Catalogue;
  readonly latencies: Latencies;
  readonly faults: FaultPlan;
}

/** An answer, and how long the source takes for it. */
export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly latencyMs: number;
  readonly retryAfterSeconds?: number;
}

/** Answers a call: the path with its query. */
export function answerTo(offer: Offer, path: string, nowMs: number): Answer {
  if (path === '/pages') return ok({ pages: offer.catalogue.pageCount }, 0);
  if (path === '/objects' || path.startsWith('/objects?')) return page(offer, path);
  const [, root, id = '', details] = path.split('/');
  const number = objectNumber(id, offer.catalogue);
  if (root !== 'objects' || number === undefined) return notFound;
  if (details !== undefined && details !== 'details') return notFound;
  const latencyMs = details ? offer.latencies.detailsMs : offer.latencies.objectMs;
  const fault = offer.faults.ofObject(id, path, nowMs);
  if (fault) return wrong(fault, latencyMs);
  return ok(details ? detailsOf(number) : objectOf(number), latencyMs);
}

function page({ catalogue, faults, latencies }: Offer, path: string): Answer {
  const query = new URLSearchParams(path.slice('/objects?'.length));
  const token = query.get('page');
  const number =
    token === null ? Number(query.get('page_number') ?? 0) : pageOfToken(token, catalogue);
  if (number === undefined || !(number >= 0 && number < catalogue.pageCount)) return notFound;
  const fault = faults.ofPage(number);
  return fault ? wrong(fault, latencies.pageMs) : ok(pageOf(number, catalogue), latencies.pageMs);
}

/** An answer that went well. */
export const ok = (body: object, latencyMs: number): Answer => ({ status: 200, body, latencyMs });

const notFound: Answer = { status: 404, body: { error: 'not found' }, latencyMs: 0 };

function wrong(fault: Fault, latencyMs: number): Answer {
  if (fault.status === 500) return { status: 500, body: { error: 'out of order' }, latencyMs };
  const { retryAfterSeconds } = fault;
  return { status: 429, body: { error: 'slow down' }, latencyMs: 0, retryAfterSeconds };
}
