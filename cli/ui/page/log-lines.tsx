import type { JSX } from 'preact';
import { quoted } from '../../target';
import { clock } from '../../terminal/age';
import { count } from '../../terminal/format';
import type { ObjectLogs } from '../api';
import { Foreign } from './text';

interface LogProps {
  readonly run: string;
  readonly object: string;
  readonly logs: ObjectLogs;
}

const tones: Readonly<Record<string, string>> = { ERROR: 'bad-text', WARN: 'warn-text' };

/** The log lines of an object, and the command that reads all where these are the first ones. */
export function LogLines({ run, object, logs: { lines, isAll } }: LogProps): JSX.Element {
  return (
    <>
      {isAll && lines.length === 0 && <p>No line names it.</p>}
      {lines.length > 0 && (
        <ol class="log" tabIndex={0} aria-label="Log lines">
          {lines.map(({ at, level, functionName, message, fields }, place) => (
            <li key={place}>
              <span class="quiet">
                {clock(at)} {functionName}
              </span>{' '}
              <span class={tones[level] ?? ''}>{level}</span>{' '}
              <Foreign text={[message, ...fields].join('  ')} />
            </li>
          ))}
        </ol>
      )}
      {!isAll && (
        <p class="quiet">
          {lines.length === 0 ? 'None was found in time' : `The first ${count(lines.length)}`}; all
          of them:{' '}
          <code>
            <Foreign text={`pollard logs ${quoted(run)} --object ${quoted(object)}`} />
          </code>
        </p>
      )}
    </>
  );
}
