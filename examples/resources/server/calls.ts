import { answerTo, ok, type Answer, type Offer } from './answers';
import type { FaultPlan, Faults } from './faults';

/** A call, whatever protocol it came by. */
export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly readBody: () => Promise<string>;
}

/** Sends an answer, by the protocol that the call came by. */
export type Respond = (
  status: number,
  headers: Record<string, string | number>,
  body: string,
) => void;

/** Answers a call after the latency of its kind. */
export function handleCall(offer: Offer, call: Call, respond: Respond): void {
  if (call.path === '/control') {
    void control(offer.faults, call).then((answer) => {
      send(answer, respond);
    });
    return;
  }
  const { faults } = offer;
  faults.begin();
  const answer = answerTo(offer, call.path, Date.now());
  const finish = () => {
    faults.end();
    send(answer, respond);
  };
  if (answer.latencyMs === 0) finish();
  else setTimeout(finish, answer.latencyMs);
}

async function control(faults: FaultPlan, call: Call): Promise<Answer> {
  try {
    if (call.method === 'POST') faults.set(JSON.parse(await call.readBody()) as Partial<Faults>);
    return ok(faults.stats, 0);
  } catch (error) {
    return { status: 400, body: { error: String(error) }, latencyMs: 0 };
  }
}

function send({ status, body, retryAfterSeconds }: Answer, respond: Respond): void {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  respond(
    status,
    retryAfterSeconds === undefined ? headers : { ...headers, 'retry-after': retryAfterSeconds },
    text,
  );
}
