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
import type { S3 } from '../s3/s3';
import type { Logs } from './logs';
import { askOther, notEmulated } from './other-services';
import type { Vault } from './secrets';

/** The services behind the one endpoint for all but queues and tables. */
export interface ApiServices {
  readonly lambda: (operation: string, body: Body) => Promise<Answer>;
  readonly vault: Vault;
  readonly events: (operation: string, body: Body) => Body;
  readonly s3: S3;
  readonly logs: Logs;
}

/** Answers calls to Lambda, SSM, Secrets Manager, EventBridge, S3 and CloudWatch Logs; those to other services are not emulated. */
export const handleApi =
  ({ lambda, vault, events, s3, logs }: ApiServices): Handle =>
  async (call) => {
    const { service, operation, body } = call;
    switch (service) {
      case 'lambda': {
        // Lambda's answers have statuses of their own, so only its refusals are made here.
        let answer: Answer | undefined;
        const refused = await answered(async () => {
          answer = await lambda(operation, body);
          return {};
        });
        return answer ?? refused;
      }
      case 'ssm':
        return answered(() => vault.ssm(operation, body));
      case 'secretsmanager':
        return answered(() => vault.secretsManager(operation, body));
      case 'events':
        return answered(() => events(operation, body));
      case 'logs':
        return answered(() => logs.handle(operation, body));
      case 's3':
        return (await s3.handle(call)) ?? notEmulated(call);
      default:
        return notEmulated(call);
    }
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
  return askJson(request, body) ?? askOther(request, body);
};

function askInvoke({ headers }: IncomingMessage, FunctionName: string, content: Buffer): Asked {
  const Payload = content.toString();
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
