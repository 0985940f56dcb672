import type { AssemblyResources, RuleResource, RuleTarget } from '../assembly/resources';
import { accountId, region } from '../account';
import { intercepted, serve, type LocalServer } from '../http/server';
import { guarded, type Authorizer } from '../iam/authorizer';
import type { AsyncInvocations } from '../lambda/async-invocations';
import type { Lambda } from '../lambda/lambda';
import { callCounter, type ApiService, type CallCounter } from '../meter';
import type { CloudOptions } from '../options';
import { emulatedS3 } from '../s3/s3';
import { askApi, handleApi } from './api';
import { putEvents } from './events';
import { lambdaApi } from './lambda-api';
import type { Logs } from './logs';
import { vault } from './secrets';

export interface ApiSpec {
  readonly resources: AssemblyResources;
  readonly options: CloudOptions;
  readonly lambda: Lambda;
  readonly async: AsyncInvocations;
  readonly access: Authorizer;
  readonly logs: Logs;
  /** Delivers an event of a rule to one of its targets. */
  readonly deliver: (rule: RuleResource, target: RuleTarget, event: string) => void;
}

/** The endpoint of every service but SQS and DynamoDB. */
export interface ApiEndpoint extends LocalServer {
  readonly counters: Readonly<Record<ApiService, CallCounter>>;
}

/** Starts the endpoint. */
export async function startApi(
  { resources, options, lambda, async, access, logs, deliver }: ApiSpec,
  concurrency: number,
): Promise<ApiEndpoint> {
  const { functions, parameters, rules } = resources;
  const handle = handleApi({
    lambda: lambdaApi(lambda, async, concurrency),
    vault: vault(functions, parameters, options.environment ?? {}),
    events: putEvents({
      rules,
      region,
      accountId,
      deliver,
    }),
    s3: emulatedS3(resources.buckets, access),
    logs,
  });
  const counters: Record<ApiService, CallCounter> = {
    lambda: callCounter(),
    ssm: callCounter(),
    secretsmanager: callCounter(),
    events: callCounter(),
  };
  const answer = intercepted(options.interceptor, handle);
  const counted = new Map(
    Object.entries(counters).map(([service, counter]) => [service, counter.counting(answer)]),
  );
  const handled = guarded(access, (call) => (counted.get(call.service) ?? answer)(call));
  const server = await serve(askApi, handled, options.ports?.others);
  return { ...server, counters };
}
