import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { company } from '../shared/core/company';
import { listPage } from '../shared/pipeline/page/list-page';
import { consume, eachAlone } from './consume';
import { invoke, type Invoked } from './invoke';
import type { LazyRuntime } from './runtime';

/** Lists pages and fans their objects out. */
export const pageHandler =
  (runtime: LazyRuntime): Invoked<SQSEvent, SQSBatchResponse> =>
  (event, context) =>
    invoke(runtime, context, ({ pipeline, readRun }, allowance) =>
      consume(pipeline, event, 'page', (deliveries) => {
        const companions = company(deliveries.length);
        return eachAlone(pipeline, deliveries, (delivery, at) =>
          listPage(pipeline, readRun, delivery, allowance, companions[at]),
        );
      }),
    );
