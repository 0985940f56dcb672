import { accountId, region } from '../account';
import { textOf, type Body, type Call } from '../http/service';
import { neededForS3 } from '../s3/s3-request';

/** A permission that a call needs. */
export interface Needed {
  readonly action: string;
  /** ARN; `*` where the action has no resource, `undefined` where it is not known here. */
  readonly resource: string | undefined;
}

const arn = (service: string, resource: string): string =>
  resource.startsWith('arn:') ? resource : `arn:aws:${service}:${region}:${accountId}:${resource}`;

const lastPart = (text: unknown): string => String(text).replace(/.*[/:]/, '');
const namesIn = (value: unknown): readonly string[] => [value].flat().map(String);

/** Returns the permissions that a call needs, by the Service Authorization Reference. */
export function neededFor({
  service,
  operation,
  body,
}: Pick<Call, 'service' | 'operation' | 'body'>): readonly Needed[] {
  const action = `${prefixes[service] ?? service}:${operation}`;
  const on = (resources: readonly (string | undefined)[]): readonly Needed[] =>
    resources.map((resource) => ({ action, resource }));
  switch (service) {
    case 'sqs': {
      const name = body['QueueUrl'] ?? body['QueueName'];
      const queue = name === undefined ? '*' : arn('sqs', lastPart(name));
      return [{ action: action.replace(/Batch$/, ''), resource: queue }];
    }
    case 'dynamodb':
      return on(tablesOf(body).map((table) => arn('dynamodb', table)));
    case 'lambda':
      return operation === 'Invoke' ? [neededToInvoke(String(body['FunctionName']))] : on(['*']);
    case 'ssm':
      return on(
        namesIn(body['Names'] ?? body['Name'] ?? body['Path']).map((name) =>
          arn('ssm', `parameter/${name.replace(/^\//, '')}`),
        ),
      );
    case 'secretsmanager':
      // Secrets Manager adds six characters to the name in an ARN.
      return on([arn('secretsmanager', `secret:${String(body['SecretId'])}-AbCdEf`)]);
    case 'events': {
      const buses = ((body['Entries'] ?? []) as Body[]).map((entry) =>
        textOf(entry, 'EventBusName', 'default'),
      );
      return on([...new Set(buses)].map((bus) => arn('events', `event-bus/${bus}`)));
    }
    case 's3':
      return neededForS3(operation, body);
    default:
      return on([
        Object.values(body).find((value) => String(value).startsWith('arn:')) as string | undefined,
      ]);
  }
}

/** @param name of the function, its ARN, or either with `:$LATEST` */
const neededToInvoke = (name: string): Needed => ({
  action: 'lambda:InvokeFunction',
  resource: arn('lambda', `function:${lastPart(name.replace(/:\$LATEST$/, ''))}`),
});

/** Returns the permissions without which Lambda loses the log lines of a function. */
export const neededToLog = (logGroup: string): readonly Needed[] =>
  ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
    action,
    resource: arn('logs', `log-group:${logGroup}:log-stream:`),
  }));

/** The prefix of actions, where it is not the name that requests are signed for. */
const prefixes: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', email: 'ses' };

/** Returns `table/<name>`, or `table/<name>/index/<name>`, of each table that a request names. */
function tablesOf(body: Body): readonly string[] {
  const { TableName, IndexName, RequestItems } = body;
  if (RequestItems) return Object.keys(RequestItems).map(tableResource);
  if (typeof TableName !== 'string') return ['*'];
  const table = tableResource(TableName);
  return [typeof IndexName === 'string' ? `${table}/index/${IndexName}` : table];
}

const tableResource = (name: string): string => (name.startsWith('arn:') ? name : `table/${name}`);
