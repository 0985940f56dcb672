import type { IncomingMessage } from 'node:http';
import { askByTarget, type Ask, type Asked } from '../http/server';
import {
  answered,
  textOf,
  type Answer,
  type Body,
  type Handle,
  type ServiceName,
} from '../http/service';
import type { Vault } from './secrets';

/** The services behind the one endpoint for all but queues and tables. */
export interface ApiServices {
  readonly lambda: (operation: string, body: Body) => Promise<Answer>;
  readonly vault: Vault;
  readonly events: (operation: string, body: Body) => Body;
}

/** Answers calls to Lambda, SSM, Secrets Manager and EventBridge. */
export const handleApi =
  ({ lambda, vault, events }: ApiServices): Handle =>
  async ({ service, operation, body }) => {
    if (service === 'lambda') {
      // Lambda's answers have statuses of their own, so only its refusals are made here.
      let answer: Answer | undefined;
      const refused = await answered(async () => {
        answer = await lambda(operation, body);
        return {};
      });
      return answer ?? refused;
    }
    return answered(() => {
      if (service === 'ssm') return vault.ssm(operation, body);
      if (service === 'secretsmanager') return vault.secretsManager(operation, body);
      return events(operation, body);
    });
  };

const byPrefix: Readonly<Record<string, ServiceName>> = {
  AmazonSSM: 'ssm',
  secretsmanager: 'secretsmanager',
  AWSEvents: 'events',
};
const askJson = askByTarget((prefix) => byPrefix[prefix]);

/** Reads what a request to the endpoint asks for. */
export const askApi: Ask = (request, body) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url.pathname) ?? [];
  if (name !== undefined && request.method === 'POST') {
    return askInvoke(request, decodeURIComponent(name), body);
  }
  if (url.pathname.startsWith('/2016-08-19/account-settings')) {
    return { call: { service: 'lambda', operation: 'GetAccountSettings', body: {} } };
  }
  return askJson(request, body);
};

function askInvoke({ headers }: IncomingMessage, FunctionName: string, Payload: string): Asked {
  const InvocationType = String(headers['x-amz-invocation-type'] ?? 'RequestResponse');
  return {
    call: {
      service: 'lambda',
      operation: 'Invoke',
      body: { FunctionName, InvocationType, Payload },
    },
    headers: ({ status, body }): Record<string, string> => ({
      'content-type': 'application/json',
      ...(status >= 400 && { 'x-amzn-errortype': textOf(body, '__type') }),
      ...(body['FunctionError'] !== undefined && {
        'x-amz-function-error': textOf(body, 'FunctionError'),
      }),
    }),
    write: ({ status, body }) => (status >= 400 ? JSON.stringify(body) : textOf(body, 'Payload')),
  };
}
