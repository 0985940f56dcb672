import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { functionNames } from '../shared/environment';
import { permissions, actions } from './access';
import type { Handlers } from './handlers';
import type { Queues } from './queues';
import type { Tables } from './tables';

/** Grants each function its `permissions`, on the resources of its own pipeline. */
export function grantAccess(
  handlers: Handlers,
  tables: Tables,
  queues: Queues,
  eventBus: IEventBus,
): void {
  for (const name of functionNames) {
    const access = permissions[name];
    const handler = handlers[name];
    const controlActions = [
      ...actions.everyControl,
      ...access.control.flatMap((kind) => actions.control[kind]),
    ];
    handler.may(controlActions, [tables.control.tableArn]);
    const recordActions = actions.records[access.records];
    if (recordActions.length > 0) handler.may(recordActions, [tables.record.tableArn]);
    const arns = (names: typeof access.sendsTo) => names.map((queue) => queues.get(queue).queueArn);
    if (access.sendsTo.length > 0) handler.may(actions.send, arns(access.sendsTo));
    if (access.consumes.length > 0) handler.may(actions.consume, arns(access.consumes));
    if (access.hurries.length > 0) handler.may(actions.hurry, arns(access.hurries));
    if (access.countsBacklog) handler.may(actions.countBacklog, arns(['objects']));
    if (access.putsEvents) handler.may(actions.putEvents, [eventBus.eventBusArn]);
  }
}
