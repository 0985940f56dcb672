import type { AssemblyResources } from '../assembly/resources';
import { accountId, region } from '../environment';
import { intercepted, serve, type LocalServer } from '../http/server';
import type { AsyncInvocations } from '../lambda/async-invocations';
import type { Lambda } from '../lambda/lambda';
import { callCounter, type ApiService, type CallCounter } from '../meter';
import type { CloudOptions } from '../options';
import { askApi, handleApi } from './api';
import { putEvents } from './events';
import { lambdaApi } from './lambda-api';
import { vault } from './secrets';

export interface ApiSpec {
  readonly resources: AssemblyResources;
  readonly options: CloudOptions;
  readonly lambda: Lambda;
  readonly async: AsyncInvocations;
}

/** The endpoint of Lambda, SSM, Secrets Manager and EventBridge. */
export interface ApiEndpoint extends LocalServer {
  readonly counters: Readonly<Record<ApiService, CallCounter>>;
}

/** Starts the endpoint. */
export async function startApi(
  { resources, options, lambda, async }: ApiSpec,
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
      deliver: (arn, event) => {
        if (lambda.has(arn)) void async.invoke(arn, event);
      },
    }),
  });
  const counters: Record<ApiService, CallCounter> = {
    lambda: callCounter(),
    ssm: callCounter(),
    secretsmanager: callCounter(),
    events: callCounter(),
  };
  const guarded = intercepted(options.interceptor, handle);
  const server = await serve(askApi, (call) => {
    const counter = counters[call.service as ApiService];
    return counter.counting(guarded)(call);
  });
  return { ...server, counters };
}
