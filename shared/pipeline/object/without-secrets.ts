import { NonRetryableError } from '../../core/errors';
import type { PageStore } from '../../core/ports/page-store';
import type { RecordStore, UnsavedRecord } from '../../core/ports/record-store';
import type { RunStore } from '../../core/ports/run-store';
import { cleanHead, type Redact } from '../../core/plain-json';
import type { CarriedSecret, SecretRedaction } from '../../core/redact';
import { safeLogger } from '../../core/safe-logger';
import type { Pipeline } from '../pipeline';

/** A pipeline that knows of no secrets. */
export type PipelineParts = Omit<Pipeline, 'redact' | 'learnSecret'>;

/**
 * Keeps the values of a pipeline's secrets out of everything that it writes of what its collector throws, returns or logs:
 * log lines, failures, manifests, retries, states, ends of runs and events. A record, or data of a page, that carries one is
 * refused. All writes pass here, so no step can forget it. Ids, page tokens, what pages carry, and inputs are stored as they
 * came, for they are used again.
 */
export function withoutSecrets(pipeline: PipelineParts, redaction: SecretRedaction): Pipeline {
  const { redact, redactAll, learn } = redaction;
  return {
    ...pipeline,
    redact,
    learnSecret: learn,
    logger: safeLogger(pipeline.logger, redact),
    pages: cleanPages(pipeline.pages, redaction),
    runs: cleanRuns(pipeline.runs, redaction),
    records: cleanRecords(pipeline.records, redaction),
    announce: (run) => pipeline.announce(redactAll(run)),
  };
}

const cleanPages = (
  pages: PageStore,
  { redact, redactAll, findIn }: SecretRedaction,
): PageStore => ({
  ...pages,
  putManifest: async (runId, page, manifest, expiresAt) => {
    const { objects, nextPageToken, carry, ...rest } = manifest;
    const kept = { ...redactAll(rest), objects, nextPageToken, carry };
    const stored = await pages.putManifest(runId, page, kept, expiresAt);
    return stored === kept ? manifest : stored;
  },
  putPageData: async (runId, page, data, expiresAt) => {
    for (const [id, listed] of data) {
      const carried = findIn(listed, `listPage: data of ${id}`);
      if (carried) throw new NonRetryableError(refusalOf(carried, redact, 'data'));
    }
    return pages.putPageData(runId, page, data, expiresAt);
  },
  putFailures: (runId, page, failures, writing) =>
    pages.putFailures(
      runId,
      page,
      failures.map((failure) => ({ ...redactAll(failure), objectId: failure.objectId })),
      writing,
    ),
  noteRetries: (runId, page, notes, expiresAt) =>
    pages.noteRetries(runId, page, { ...notes, lastError: redactAll(notes.lastError) }, expiresAt),
});

const cleanRuns = (runs: RunStore, { redactAll }: SecretRedaction): RunStore => ({
  ...runs,
  putState: (collector, handed, latest) => runs.putState(collector, redactAll(handed), latest),
  finish: (run, completedBy, outcome) => runs.finish(run, completedBy, redactAll(outcome)),
});

/** Says that a value carries a secret, and where. */
const refusalOf = ({ path, name }: CarriedSecret, redact: Redact, what: string): string =>
  `${cleanHead(path, 200, redact)}: carries the secret ${name}; leave it out of ${what}, or give the secret \`redact: false\``;

/** Records are never changed: one that carries a secret is not saved. */
function cleanRecords(records: RecordStore, redaction: SecretRedaction): RecordStore {
  const faultOf = ({ record }: { readonly record: unknown }): string | undefined => {
    const carried = redaction.findIn(record, 'record');
    return carried && refusalOf(carried, redaction.redact, 'the record');
  };
  return {
    ...records,
    save: async (run, list, writing) => {
      const refusals = list.map(faultOf);
      const places = [...list.keys()].filter((at) => refusals[at] === undefined);
      const unsaved = await records.save(
        run,
        list.filter((_, at) => refusals[at] === undefined),
        writing,
      );
      const refused = refusals.flatMap((refusal, at): UnsavedRecord[] =>
        refusal === undefined ? [] : [{ at, refusal }],
      );
      const others = unsaved.map((each) => ({ ...each, at: places[each.at] ?? each.at }));
      return [...others, ...refused].sort((a, b) => a.at - b.at);
    },
    saveDistinct: (run, record, writing) => {
      const refusal = faultOf(record);
      if (refusal !== undefined) return Promise.reject(new NonRetryableError(refusal));
      return records.saveDistinct(run, record, writing);
    },
  };
}
