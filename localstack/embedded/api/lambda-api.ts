import { AwsError, type Answer, type Body } from '../http/service';
import type { AsyncInvocations } from '../lambda/async-invocations';
import type { Invoked, Lambda } from '../lambda/lambda';

/** The time that a synchronous invocation waits for a free execution before it is throttled, in ms. */
export const invokeWaitMs = 1_000;

/** Lambda's API: Invoke, and the account's limits. */
export const lambdaApi =
  (lambda: Lambda, async: AsyncInvocations, concurrency: number) =>
  async (operation: string, body: Body): Promise<Answer> => {
    if (operation === 'GetAccountSettings') {
      const limits = {
        ConcurrentExecutions: concurrency,
        UnreservedConcurrentExecutions: concurrency,
      };
      return { status: 200, body: { AccountLimit: limits, AccountUsage: {} } };
    }
    if (operation !== 'Invoke') {
      throw new AwsError('UnknownOperationException', `${operation} is not emulated`, 404);
    }
    return invoke(lambda, async, body);
  };

async function invoke(lambda: Lambda, async: AsyncInvocations, body: Body): Promise<Answer> {
  const name = String(body['FunctionName']);
  const event = body['Payload'] === '' ? '{}' : String(body['Payload']);
  if (!lambda.has(name)) {
    throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
  }
  if (!isJson(event)) {
    const message = 'Could not parse request body into json';
    throw new AwsError('InvalidRequestContentException', message);
  }
  if (body['InvocationType'] === 'DryRun') return { status: 204, body: { Payload: '' } };
  if (body['InvocationType'] === 'Event') {
    void async.invoke(name, event);
    return { status: 202, body: { Payload: '' } };
  }
  return answerOf(await lambda.invoke(name, event, invokeWaitMs));
}

function answerOf(outcome: Invoked): Answer {
  switch (outcome.kind) {
    case 'throttled':
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    case 'result':
      return { status: 200, body: { Payload: outcome.payload } };
    case 'functionError':
      return { status: 200, body: { Payload: outcome.payload, FunctionError: 'Unhandled' } };
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
