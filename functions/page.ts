import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { latch } from '../shared/core/latch';
import { listPage } from '../shared/pipeline/page/list-page';
import { consume, eachAlone } from './consume';
import { invoke, type Invoked } from './invoke';
import type { LazyRuntime } from './runtime';

/** Lists pages and fans their objects out. */
export const pageHandler =
  (runtime: LazyRuntime): Invoked<SQSEvent, SQSBatchResponse> =>
  (event, context) =>
    invoke(runtime, context, ({ pipeline, readRun, writeRest }, budget) =>
      consume(pipeline, event, { kind: 'page', endsAt: budget.endsAt }, async (deliveries) => {
        const latches = latch(deliveries.length);
        const failed = await eachAlone(pipeline, deliveries, (delivery, at) =>
          listPage(pipeline, readRun, delivery, budget, latches[at]),
        );
        await writeRest(deliveries[0].task.runId);
        return failed;
      }),
    );
