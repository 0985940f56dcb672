import { randomUUID } from 'node:crypto';
import type { RuleResource, RuleTarget } from '../assembly/resources';
import { AwsError, textOf, type Body } from '../http/service';
import { matches } from './event-pattern';

export interface EventsSpec {
  readonly rules: readonly RuleResource[];
  readonly region: string;
  readonly accountId: string;
  /** Delivers an event to a target of a rule. */
  readonly deliver: (rule: RuleResource, target: RuleTarget, event: string) => void;
}

/** EventBridge's PutEvents: each entry goes to the targets of the rules of its bus that match it. */
export const putEvents =
  (spec: EventsSpec) =>
  (operation: string, body: Body): Body => {
    if (operation !== 'PutEvents') {
      throw new AwsError('UnknownOperationException', `${operation} is not emulated`);
    }
    const entries = (body['Entries'] as Body[] | undefined) ?? [];
    return { FailedEntryCount: 0, Entries: entries.map((entry) => put(spec, entry)) };
  };

function put({ rules, region, accountId, deliver }: EventsSpec, entry: Body): Body {
  const id = randomUUID();
  const bus = textOf(entry, 'EventBusName', 'default').replace(/.*\//, '');
  const event = {
    version: '0',
    id,
    'detail-type': entry['DetailType'],
    source: entry['Source'],
    account: accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: entry['Resources'] ?? [],
    detail: JSON.parse(textOf(entry, 'Detail', '{}')) as unknown,
  };
  for (const rule of rules) {
    if (rule.busName !== bus || !matches(rule.pattern, event)) continue;
    for (const target of rule.targets) deliver(rule, target, inputFor(target, event));
  }
  return { EventId: id };
}

/** Returns the input of a target: the event, a constant, or a template filled in from the event. */
export function inputFor({ input, inputPaths, inputTemplate }: RuleTarget, event: object): string {
  if (input !== undefined) return input;
  if (inputTemplate === undefined) return JSON.stringify(event);
  const values = new Map(
    Object.entries(inputPaths).map(([name, path]) => [name, valueAt(path, event)]),
  );
  let quoted = false;
  return inputTemplate.replaceAll(/\\.|"|<([^<>]+)>/g, (found, name: string | undefined) => {
    if (found === '"') quoted = !quoted;
    if (name === undefined || !values.has(name)) return found;
    const text = JSON.stringify(values.get(name) ?? null);
    // Within quotes a text stands without its own.
    return quoted ? text.replace(/^"|"$/g, '') : text;
  });
}

/** The value at a path such as `$.detail.runId`. */
function valueAt(path: string, event: object): unknown {
  let value: unknown = event;
  for (const name of path
    .replace(/^\$\.?/, '')
    .split('.')
    .filter(Boolean)) {
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
  }
  return value;
}
