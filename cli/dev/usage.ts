import { functionNames } from '../../shared/environment';
import type { MeterSnapshot } from '../../localstack/embedded/meter';
import { sumOfValues } from '../../shared/core/lists';
import type { LambdaUsage, Usage } from './outcome';
import type { Published } from '../../shared/published';

/** GetItems that were ours, to see how far the run is, and not the run's. */
export interface OwnReads {
  readonly reads: number;
}

/** What the cloud was used for between two looks at its meter, for a pipeline. */
export function usageBetween(
  before: MeterSnapshot,
  after: MeterSnapshot,
  { tables, functions }: Pick<Published, 'tables' | 'functions'>,
  own: OwnReads,
): Usage {
  const dynamodb = difference(after.requests.dynamodb, before.requests.dynamodb);
  const writes = difference(after.writeUnits, before.writeUnits);
  const reads = difference(after.readUnits, before.readUnits);
  const lambda = functionNames.map((name): [string, LambdaUsage] => {
    const now = after.functions[functions[name]];
    const then = before.functions[functions[name]];
    return [
      name,
      {
        invocations: (now?.invocations ?? 0) - (then?.invocations ?? 0),
        gbSeconds: (now?.gbSeconds ?? 0) - (then?.gbSeconds ?? 0),
      },
    ];
  });
  return {
    sqs: difference(after.requests.sqs, before.requests.sqs),
    dynamodb: { ...dynamodb, GetItem: Math.max(0, (dynamodb['GetItem'] ?? 0) - own.reads) },
    lambda: Object.fromEntries(lambda.filter(([, { invocations }]) => invocations > 0)),
    writeUnits: { control: writes[tables.control] ?? 0, records: writes[tables.record] ?? 0 },
    billedSqsRequests: after.billedSqsRequests - before.billedSqsRequests,
    events: sumOfValues(difference(after.requests.events, before.requests.events)),
    readUnits: Math.max(0, (reads[tables.control] ?? 0) + (reads[tables.record] ?? 0) - own.reads),
  };
}

/** What was added to each count; counts to which nothing was added are left out. */
function difference(
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, count]): [string, number] => [name, count - (before[name] ?? 0)])
      .filter(([, count]) => count > 0),
  );
}
