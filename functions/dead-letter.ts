import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { handleDeadLetter } from '../shared/pipeline/dead-letter';
import { consumeDeadLetters } from './consume';
import { invoke, type Invoked } from './invoke';
import type { LazyRuntime } from './runtime';

/** Deals with messages whose handler died too often; what it cannot read is parked. */
export const deadLetterHandler =
  (runtime: LazyRuntime): Invoked<SQSEvent, SQSBatchResponse> =>
  (event, context) =>
    invoke(runtime, context, ({ pipeline }, budget) =>
      consumeDeadLetters(pipeline, event, (delivery) =>
        handleDeadLetter(pipeline, delivery, budget),
      ),
    );
