import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { collectObjects } from '../shared/pipeline/object/collect-objects';
import { consume } from './consume';
import { invoke, type Invoked } from './invoke';
import type { LazyRuntime } from './runtime';

/** Collects the objects of a batch and settles each in its chord. */
export const objectHandler =
  (runtime: LazyRuntime): Invoked<SQSEvent, SQSBatchResponse> =>
  (event, context) =>
    invoke(runtime, context, ({ pipeline, readRun, writeRest }, budget) =>
      consume(pipeline, event, { kind: 'objects', endsAt: budget.endsAt }, async (deliveries) => {
        const failed = await collectObjects(pipeline, readRun, deliveries, budget);
        await writeRest(deliveries[0].task.runId);
        return failed;
      }),
    );
