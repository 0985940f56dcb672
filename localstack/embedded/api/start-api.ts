import type { AssemblyResources, RuleResource, RuleTarget } from '../assembly/resources';
import { accountId, region } from '../account';
import { intercepted, serve, type LocalServer } from '../http/server';
import { guarded, type Authorizer } from '../iam/authorizer';
import type { AsyncInvocations } from '../lambda/async-invocations';
import type { Lambda } from '../lambda/lambda';
import { callCounter, type ApiService, type CallCounter } from '../meter';
import type { CloudOptions } from '../options';
import { awsError } from '../http/service';
import { startS3, type S3 } from '../s3/s3';
import { neededToMiss, type S3Request } from '../s3/s3-request';
import { askApi, handleApi, isCounted } from './api';
import { putEvents } from './events';
import { lambdaApi } from './lambda-api';
import { vault } from './secrets';

export interface ApiSpec {
  readonly resources: AssemblyResources;
  readonly options: CloudOptions;
  readonly lambda: Lambda;
  readonly async: AsyncInvocations;
  readonly access: Authorizer;
  /** Delivers an event of a rule to one of its targets. */
  readonly deliver: (rule: RuleResource, target: RuleTarget, event: string) => void;
}

/** The endpoint of Lambda, SSM, Secrets Manager and EventBridge. */
export interface ApiEndpoint extends LocalServer {
  readonly counters: Readonly<Record<ApiService, CallCounter>>;
}

/** Starts the endpoint. */
export async function startApi(
  { resources, options, lambda, async, access, deliver }: ApiSpec,
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
    s3: hidingAbsence(await startS3(resources.buckets), access),
  });
  const counters: Record<ApiService, CallCounter> = {
    lambda: callCounter(),
    ssm: callCounter(),
    secretsmanager: callCounter(),
    events: callCounter(),
  };
  const answer = intercepted(options.interceptor, handle);
  const handled = guarded(access, (call) =>
    isCounted(call.service) ? counters[call.service].counting(answer)(call) : answer(call),
  );
  const server = await serve(askApi, handled);
  return { ...server, counters };
}

/** S3 tells that an object is absent only to those who may list its bucket. */
const hidingAbsence = (s3: S3, access: Authorizer): S3 => ({
  handle: async (call) => {
    const answer = await s3.handle(call);
    const { accessKey, operation, body } = call;
    if (
      answer?.status !== 404 ||
      accessKey === undefined ||
      !/^(Get|Head)Object$/.test(operation)
    ) {
      return answer;
    }
    const refusal = access.callRefusal(accessKey, neededToMiss(body as S3Request));
    return refusal === undefined ? answer : awsError('AccessDenied', refusal, 403);
  },
});
