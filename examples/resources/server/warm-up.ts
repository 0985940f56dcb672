import { connect, type ClientHttp2Session } from 'node:http2';
import { noLatencies } from './answers';
import { startSource } from './server';

/** Rounds of calls, and calls in each: enough for V8 to compile what answers them. */
const rounds = 8;
const callsAtOnce = 100;

/** Answers some hundred calls of its own, so that the first ones that count are answered as fast as any. */
export async function warmUp(): Promise<void> {
  const source = await startSource({ latencies: noLatencies });
  const session = connect(source.url);
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(Array.from({ length: callsAtOnce }, (_, at) => call(session, at)));
  }
  session.destroy();
  await source.close();
}

const call = (session: ClientHttp2Session, number: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const id = `resource-${String(number).padStart(6, '0')}`;
    const stream = session.request({ ':path': `/objects/${id}${number % 2 ? '/details' : ''}` });
    stream.resume();
    stream.on('end', resolve);
    stream.on('error', reject);
  });
