import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { completeRun } from '../shared/pipeline/callback/complete-run';
import { consume, eachAlone } from './consume';
import { invoke, type Invoked } from './invoke';
import type { LazyRuntime } from './runtime';

/** Completes a run: the chord's callback. */
export const callbackHandler =
  (runtime: LazyRuntime): Invoked<SQSEvent, SQSBatchResponse> =>
  (event, context) =>
    invoke(runtime, context, ({ pipeline }, budget) =>
      consume(pipeline, event, { kind: 'callback', endsAt: budget.endsAt }, (deliveries) =>
        eachAlone(pipeline, deliveries, async (delivery) => {
          try {
            await completeRun(pipeline, delivery, budget);
          } catch (error) {
            pipeline.count('CallbackErrors', 1);
            throw error;
          }
        }),
      ),
    );
