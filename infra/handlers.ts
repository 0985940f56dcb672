import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { functionNames, type FunctionName, type Settings } from '../shared/environment';
import { Handler, type HandlerProps } from './handler';
import type { CollectorPipelineProps } from './pipeline-props';

/** A pipeline's functions by name. */
export type Handlers = Readonly<Record<FunctionName, Handler>>;

/** The timeouts of the functions. */
export type Timeouts = Readonly<Record<FunctionName, Duration>>;

/** Props that the functions of a pipeline share, and those of each function by its name. */
export interface HandlersProps extends Pick<
  HandlerProps,
  'entry' | 'environment' | 'bundling' | 'logGroup' | 'network'
> {
  /** `<stack>/<pipeline>`, for the descriptions. */
  readonly pipeline: string;
  readonly timeouts: Timeouts;
  readonly memory: CollectorPipelineProps['memory'] | undefined;
}

/** The description of each function, as the Lambda console shows it. */
const purposes: Readonly<Record<FunctionName, string>> = {
  start: 'Starts, redrives and cancels runs',
  page: 'Lists pages and fans their objects out',
  object: 'Collects objects and settles them in their chord',
  callback: 'Completes a run: onComplete, final status, next run',
  deadLetter: 'Handles messages whose function died too often',
  reconcile: 'Repairs runs that are stuck',
};

/** Creates the six functions of a pipeline, each with its own role, all from one bundle. */
export function makeHandlers(scope: Construct, props: HandlersProps): Handlers {
  const { pipeline, timeouts, memory, ...common } = props;
  const handler = (name: FunctionName) =>
    new Handler(scope, pascal(name), {
      ...common,
      name,
      timeout: timeouts[name],
      memory: memory?.[name],
      description: `${purposes[name]} (${pipeline})`,
    });
  return Object.fromEntries(functionNames.map((name) => [name, handler(name)])) as Record<
    FunctionName,
    Handler
  >;
}

/** Returns the timeouts. A dead letter takes a page's work or the start of a run, a walk of reconcile that of many pages. */
export function timeoutsOf(settings: Settings): Timeouts {
  const start = Duration.seconds(settings.startTimeoutSeconds);
  const page = Duration.seconds(settings.pageTimeoutSeconds);
  return {
    start,
    page,
    object: Duration.seconds(settings.objectTimeoutSeconds),
    callback: Duration.seconds(settings.callbackTimeoutSeconds),
    deadLetter: page.toSeconds() > start.toSeconds() ? page : start,
    reconcile: Duration.minutes(5),
  };
}

const pascal = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);
