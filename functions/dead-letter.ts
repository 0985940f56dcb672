import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bury } from '../shared/pipeline/dead-letter';
import { consumeDeadLetters } from './consume';
import { invoke, type Invoked } from './invoke';
import type { LazyRuntime } from './runtime';

/** Deals with messages whose handler died too often; what it cannot read is parked. */
export const deadLetterHandler =
  (runtime: LazyRuntime): Invoked<SQSEvent, SQSBatchResponse> =>
  (event, context) =>
    invoke(runtime, context, ({ pipeline }, allowance) =>
      consumeDeadLetters(pipeline, event, (delivery) => bury(pipeline, delivery, allowance)),
    );
