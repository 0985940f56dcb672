import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { StoreError } from '../core/errors';
import type { Run } from '../core/run';
import {
  runCompletedDetail,
  runCompletedDetailType,
  runCompletedSource,
} from '../core/run-completed';
import { clientSettings } from './clients';
import { orStoreError } from './send';

/** The entry of PutEvents that tells of a run that has ended. */
export const runCompletedEntry = (eventBusName: string, pipeline: string, run: Run) => ({
  EventBusName: eventBusName,
  Source: runCompletedSource,
  DetailType: runCompletedDetailType,
  Detail: JSON.stringify(runCompletedDetail(pipeline, run)),
});

/**
 * Puts `RunCompleted` on an event bus, at least once a run; the client is made when the first run ends.
 * @throws StoreError when it was not taken
 */
export function runAnnouncer(eventBusName: string, pipeline: string): (run: Run) => Promise<void> {
  return async (run) => {
    const client = new EventBridgeClient(clientSettings(1));
    const Entries = [runCompletedEntry(eventBusName, pipeline, run)];
    const answer = await orStoreError('PutEvents', () =>
      client.send(new PutEventsCommand({ Entries })),
    );
    const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (!refused) return;
    throw new StoreError(`PutEvents: ${refused.ErrorCode ?? ''} ${refused.ErrorMessage ?? ''}`);
  };
}
