import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { listPage } from '../shared/pipeline/list-page';
import { consume, eachAlone } from './consume';
import { invoke, type Invoked } from './invoke';
import type { LazyRuntime } from './runtime';

/** Lists pages and fans their objects out. */
export const pageHandler =
  (runtime: LazyRuntime): Invoked<SQSEvent, SQSBatchResponse> =>
  (event, context) =>
    invoke(runtime, context, ({ pipeline, readRun }, allowance) =>
      consume(pipeline, event, 'page', (deliveries) =>
        eachAlone(pipeline, deliveries, (delivery) =>
          listPage(pipeline, readRun, delivery, allowance),
        ),
      ),
    );
