import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SSMClient, GetParameterCommand } from '@aws-sdk/client-ssm';
import { InvalidInputError } from '../core/errors';
import type { SecretSource } from '../environment';
import { clientSettings } from './clients';
import { orStoreError } from './send';

/** A pipeline's secrets, by name. */
export type Secrets = Readonly<Record<string, string>>;

/** Reads one secret; `undefined` when there is none of that id. */
export type ReadSecret = (source: SecretSource) => Promise<string | undefined>;

/** The shell's variable that a secret comes from on the embedded cloud: upper case, all but letters and digits as `_`. */
export const secretVariable = (name: string): string =>
  `POLLARD_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/** Milliseconds after which secrets are read again: a rotation is noticed by then. */
const freshMs = 300_000;

/** Milliseconds between two reads because of refused credentials, and after a read that failed. */
const pauseMs = 60_000;

/** The secrets of an environment. */
export interface SecretReader {
  /**
   * Reads a pipeline's secrets when they are first asked for, and again after 5 minutes. Reading a name that is not there
   * throws an InvalidInputError that says so. When a later read fails, the values before it keep working.
   * @throws StoreError when a service did not answer the first read
   */
  readonly read: () => Promise<Secrets>;
  /** The source refused what was read: it is read again at the next call, at most once a minute. */
  readonly refused: () => void;
}

/** @param now epoch milliseconds; @param warn is told of a later read that failed, once until one succeeds */
export function secretReader(
  sources: readonly SecretSource[],
  read: ReadSecret,
  now: () => number,
  warn: (error: unknown) => void,
): SecretReader {
  let reading: Promise<Secrets> | undefined;
  let dueAt = 0;
  let refusedReadAt = -Infinity;
  let warned = false;

  const readAgain = async (before: Promise<Secrets>): Promise<Secrets> => {
    try {
      const secrets = await readAll(sources, read);
      warned = false;
      return secrets;
    } catch (error) {
      dueAt = now() + pauseMs;
      if (!warned) warn(error);
      warned = true;
      return before;
    }
  };
  const readFirst = (): Promise<Secrets> =>
    readAll(sources, read).catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
  return {
    read: () => {
      if (reading && (sources.length === 0 || now() < dueAt)) return reading;
      dueAt = now() + freshMs;
      reading = reading ? readAgain(reading) : readFirst();
      return reading;
    },
    refused: () => {
      if (now() < refusedReadAt + pauseMs) return;
      refusedReadAt = now();
      dueAt = 0;
    },
  };
}

async function readAll(sources: readonly SecretSource[], read: ReadSecret): Promise<Secrets> {
  const entries = await Promise.all(
    sources.map(async (source) => [source.name, await read(source)] as const),
  );
  return guardedSecrets(new Map(entries), sources);
}

/** An object whose missing properties are errors, and which shows nothing of itself in a log. */
function guardedSecrets(
  values: ReadonlyMap<string, string | undefined>,
  sources: readonly SecretSource[],
): Secrets {
  return new Proxy<Secrets>(
    {},
    {
      get: (_target, name) => {
        // What promises, loggers and inspectors ask of any object.
        if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined;
        const value = values.get(name);
        if (value === undefined) throw new InvalidInputError(missing(name, sources));
        return value;
      },
      has: (_target, name) => typeof name === 'string' && values.get(name) !== undefined,
    },
  );
}

function missing(name: string, sources: readonly SecretSource[]): string {
  const source = sources.find((each) => each.name === name);
  return source
    ? `Secret ${name}: there is no ${source.id} in ${source.from} (on the embedded cloud: set ${secretVariable(name)})`
    : `Secret ${name}: the pipeline's secrets do not name it`;
}

/** Reads a secret from the service that its source names. The service's client is made then. */
export const readSecretFromAws: ReadSecret = (source) =>
  source.from === 'ssm' ? readParameter(source.id) : readSecretValue(source.id);

async function readSecretValue(id: string): Promise<string | undefined> {
  const client = new SecretsManagerClient(clientSettings(1));
  return orStoreError('GetSecretValue', async () => {
    const answer = await client
      .send(new GetSecretValueCommand({ SecretId: id }))
      .catch(unlessAbsent('ResourceNotFoundException'));
    return answer && (answer.SecretString ?? new TextDecoder().decode(answer.SecretBinary));
  });
}

async function readParameter(id: string): Promise<string | undefined> {
  const client = new SSMClient(clientSettings(1));
  return orStoreError('GetParameter', async () => {
    const answer = await client
      .send(new GetParameterCommand({ Name: id, WithDecryption: true }))
      .catch(unlessAbsent('ParameterNotFound'));
    return answer?.Parameter?.Value;
  });
}

const unlessAbsent = (name: string) => (error: unknown) => {
  if (error instanceof Error && error.name === name) return undefined;
  throw error;
};
