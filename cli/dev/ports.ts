import type { EmbeddedCloud } from '../../localstack/embedded/embedded-cloud';
import type { Ports } from '../../localstack/embedded/options';

/** The highest port that has three ports after it. */
export const highestFirstPort = 65_535 - 3;

/** Returns the ports of the services: the three after that of the page. */
export const portsBehind = (page: number): Ports => ({
  others: page + 1,
  sqs: page + 2,
  dynamodb: page + 3,
});

/** Returns the ports of a cloud, for the cloud that replaces it. */
export const portsOf = ({ endpoints }: Pick<EmbeddedCloud, 'endpoints'>): Ports => ({
  others: portOf(endpoints.others),
  sqs: portOf(endpoints.sqs),
  dynamodb: portOf(endpoints.dynamodb),
});

const portOf = (url: string): number => Number(new URL(url).port);

/** Explains that a port is in use; `undefined` for every other error. */
export function explainTakenPort(error: unknown): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE') return undefined;
  const port = /:(\d+)$/.exec(message)?.[1] ?? '';
  return `port ${port} of 127.0.0.1 is in use: end the program that uses it, or choose another --port (it and the three after it are used)`;
}
