import type { FunctionResource, ParameterResource } from '../assembly/resources';
import { AwsError, type Body } from '../http/service';

/** The origin of a secret, as functions receive it in `POLLARD_SECRETS`. */
interface Source {
  readonly name: string;
  readonly from: string;
  readonly id: string;
}

/** Secrets Manager and the Parameter Store. */
export interface Vault {
  secretsManager(operation: string, body: Body): Body;
  ssm(operation: string, body: Body): Body;
}

/** The variable of the shell that holds a secret: upper case, all but letters and digits as `_`. */
const variableOf = (name: string): string =>
  `POLLARD_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/**
 * Answers for the secrets that the functions name, from the shell's variables, and for the parameters of the template.
 * A secret without its variable is one that is not there; the error names the variable.
 */
export function vault(
  functions: readonly FunctionResource[],
  parameters: readonly ParameterResource[],
  environment: Readonly<Record<string, string | undefined>>,
): Vault {
  const sources = functions.flatMap(sourcesOf);
  const find = (from: string, id: string): Source | undefined =>
    sources.find(
      (source) => source.from === from && (source.id === id || id.includes(`:secret:${source.id}`)),
    );
  const parameterOf = (name: string): Body | undefined => {
    const source = find('ssm', name);
    const secret = source && environment[variableOf(source.name)];
    if (secret !== undefined) return parameter(name, 'SecureString', secret);
    const found = parameters.find((each) => each.name === name);
    return found && parameter(found.name, found.type, found.value);
  };
  const missing = (name: string): string => {
    const source = find('ssm', name);
    return source ? `${name}: set ${variableOf(source.name)}` : name;
  };

  const ssmOperations: Readonly<Record<string, (body: Body) => Body>> = {
    GetParameter: (body) => {
      const name = String(body['Name']);
      const found = parameterOf(name);
      if (!found) throw new AwsError('ParameterNotFound', missing(name));
      return { Parameter: found };
    },
    GetParameters: (body) => {
      const names = (body['Names'] as string[] | undefined) ?? [];
      return {
        Parameters: names.map(parameterOf).filter((each) => each !== undefined),
        InvalidParameters: names.filter((name) => !parameterOf(name)),
      };
    },
    GetParametersByPath: (body) => ({
      Parameters: parameters
        .filter(({ name }) => isBelow(name, String(body['Path']), body['Recursive'] === true))
        .map(({ name, type, value }) => parameter(name, type, value)),
    }),
  };

  return {
    secretsManager: (operation, body) => {
      if (operation !== 'GetSecretValue') throw unknown(operation);
      const id = String(body['SecretId']);
      const source = find('secretsManager', id);
      const value = source && environment[variableOf(source.name)];
      if (value !== undefined) {
        return { ARN: `arn:aws:secretsmanager:::secret:${id}`, Name: id, SecretString: value };
      }
      const hint = source ? `: set ${variableOf(source.name)}` : '';
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret ${id}${hint}`,
      );
    },
    ssm: (operation, body) => {
      const run = ssmOperations[operation];
      if (!run) throw unknown(operation);
      return run(body);
    },
  };
}

const unknown = (operation: string): AwsError =>
  new AwsError('UnknownOperationException', `${operation} is not emulated`);

const parameter = (Name: string, Type: string, Value: string): Body => ({
  Name,
  Type,
  Value,
  Version: 1,
  DataType: 'text',
});

function isBelow(name: string, path: string, recursive: boolean): boolean {
  const base = path.endsWith('/') ? path : `${path}/`;
  return name.startsWith(base) && (recursive || !name.slice(base.length).includes('/'));
}

function sourcesOf({ variables }: FunctionResource): readonly Source[] {
  const text = variables['POLLARD_SECRETS'];
  return text === undefined ? [] : (JSON.parse(text) as Source[]);
}
