import type {
  Action,
  ActionAnswer,
  ObjectHistory,
  ObjectLogs,
  OpenRun,
  Overview,
  Refusal,
} from '../api';

/** The server refuses the page's token: the session is over. */
export class SessionOverError extends Error {
  override readonly name = 'SessionOverError';
}

const tokenKey = 'pollard-token';

/** Takes the session's token from the fragment, so that it is not in the history; a reload finds it in the tab's storage. */
function takeToken(): string {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(tokenKey, given);
    history.replaceState(null, '', '/');
  }
  return sessionStorage.getItem(tokenKey) ?? '';
}

const token = takeToken();

async function ask(path: string, init: RequestInit): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(path, { ...init, headers });
  const value: unknown = await response.json();
  if (response.ok) return value;
  const { error } = value as Refusal;
  throw response.status === 401 ? new SessionOverError(error) : new Error(error);
}

export const getOverview = async (signal: AbortSignal): Promise<Overview> =>
  (await ask('/api/overview', { signal })) as Overview;

export const getRun = async (
  { pipeline, run }: { readonly pipeline: string; readonly run: string },
  signal: AbortSignal,
): Promise<OpenRun> =>
  (await ask(`/api/run?${new URLSearchParams({ pipeline, run }).toString()}`, {
    signal,
  })) as OpenRun;

export const getObject = async (pipeline: string, object: string): Promise<ObjectHistory> =>
  (await ask(
    `/api/object?${new URLSearchParams({ pipeline, object }).toString()}`,
    {},
  )) as ObjectHistory;

export const getLogs = async (of: {
  readonly pipeline: string;
  readonly run: string;
  readonly object: string;
}): Promise<ObjectLogs> =>
  (await ask(`/api/logs?${new URLSearchParams(of).toString()}`, {})) as ObjectLogs;

export const postAction = async (action: Action): Promise<ActionAnswer> =>
  (await ask('/api/action', {
    method: 'POST',
    body: JSON.stringify(action),
  })) as ActionAnswer;
