import { SecretsManagerClient, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SSMClient, GetParameterCommand } from '@aws-sdk/client-ssm';
import { NonRetryableError } from '../core/errors';
import type { SecretSource } from '../environment';
import { clientSettings } from './clients';
import { nameOf, orStoreError } from './send';

/** A pipeline's secrets, by name. */
export type Secrets = Readonly<Record<string, string>>;

/** A secret as it was read. */
export interface SecretValue {
  readonly value: string;
  /** Whether it is a parameter of type `String`, which is no secret. */
  readonly isPlain?: boolean;
}

/** Reads one secret; `undefined` when there is none of that id. */
export type ReadSecret = (source: SecretSource) => Promise<SecretValue | undefined>;

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
   * throws a NonRetryableError that says so. When a later read fails, the values before it keep working.
   * @throws StoreError when a service did not answer the first read
   */
  readonly read: () => Promise<Secrets>;
  /** The source refused what was read: it is read again at the next call, at most once a minute. */
  readonly refused: () => void;
}

export interface SecretReading {
  readonly read: ReadSecret;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Receives the error of a later read, once until a read succeeds. */
  readonly warn: (error: unknown) => void;
  /** Takes each value that must not be shown, before it is handed out. */
  readonly learn: (name: string, value: string) => void;
}

/** Makes a reader of a pipeline's secrets. */
export function secretReader(
  sources: readonly SecretSource[],
  reading: SecretReading,
): SecretReader {
  const { now, warn } = reading;
  let latest: Promise<Secrets> | undefined;
  let dueAt = 0;
  let refusedReadAt = -Infinity;
  let warned = false;

  const readAgain = async (before: Promise<Secrets>): Promise<Secrets> => {
    try {
      const secrets = await readAll(sources, reading);
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
    readAll(sources, reading).catch((error: unknown) => {
      latest = undefined;
      throw error;
    });
  return {
    read: () => {
      if (latest && (sources.length === 0 || now() < dueAt)) return latest;
      dueAt = now() + freshMs;
      latest = latest ? readAgain(latest) : readFirst();
      return latest;
    },
    refused: () => {
      if (now() < refusedReadAt + pauseMs) return;
      refusedReadAt = now();
      dueAt = 0;
    },
  };
}

async function readAll(
  sources: readonly SecretSource[],
  { read, learn }: SecretReading,
): Promise<Secrets> {
  const entries = await Promise.all(
    sources.map(async (source) => {
      const found = await read(source);
      if (found && !found.isPlain && source.redact !== false) learn(source.name, found.value);
      return [source.name, found?.value] as const;
    }),
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
        if (value === undefined) throw new NonRetryableError(missing(name, sources));
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
    : `Secret ${name}: the pipeline does not declare it: add ${name} to \`secrets\` of the pipeline`;
}

/** Defined in the bundle of a pipeline that has no secret in that service: esbuild then drops its client (`infra/leave-out.ts`). */
declare const POLLARD_WITHOUT_SECRETS_MANAGER: true | undefined;
declare const POLLARD_WITHOUT_SSM: true | undefined;

type ReadById = (id: string) => Promise<SecretValue | undefined>;

const readers: Readonly<Record<SecretSource['from'], ReadById>> = {
  secretsManager:
    typeof POLLARD_WITHOUT_SECRETS_MANAGER === 'undefined' ? readSecretValue : notInBundle,
  ssm: typeof POLLARD_WITHOUT_SSM === 'undefined' ? readParameter : notInBundle,
};

/** Reads a secret from the service that its source names. The service's client is made then. */
export const readSecretFromAws: ReadSecret = ({ from, id }) => readers[from](id);

function notInBundle(id: string): never {
  throw new NonRetryableError(
    `Secret ${id}: the client of its service is not in this bundle: add the secret to \`secrets\` of the pipeline and deploy it`,
  );
}

async function readSecretValue(id: string): Promise<SecretValue | undefined> {
  const client = new SecretsManagerClient(clientSettings(1));
  return orStoreError('GetSecretValue', async () => {
    const answer = await client
      .send(new GetSecretValueCommand({ SecretId: id }))
      .catch(unlessAbsent('ResourceNotFoundException'));
    if (!answer) return undefined;
    return { value: answer.SecretString ?? new TextDecoder().decode(answer.SecretBinary) };
  });
}

async function readParameter(id: string): Promise<SecretValue | undefined> {
  const client = new SSMClient(clientSettings(1));
  return orStoreError('GetParameter', async () => {
    const answer = await client
      .send(new GetParameterCommand({ Name: id, WithDecryption: true }))
      .catch(unlessAbsent('ParameterNotFound'));
    const { Value: value, Type } = answer?.Parameter ?? {};
    return value === undefined ? undefined : { value, isPlain: Type === 'String' };
  });
}

const unlessAbsent = (name: string) => (error: unknown) => {
  if (nameOf(error) === name) return undefined;
  throw error;
};
