import { AwsError, textOf, type Body } from '../http/service';

/** The log lines of functions, as CloudWatch Logs keeps them. */
export interface Logs {
  /** Keeps a line of a function. */
  add(logGroup: string, functionName: string, line: string): void;
  /** Answers a call. @throws AwsError for what is not emulated */
  handle(operation: string, body: Body): Body;
}

interface Line {
  readonly timestamp: number;
  readonly logStreamName: string;
  readonly message: string;
}

/** The number of lines of a log group that are kept: the last ones. */
const linesKept = 10_000;

/** The most lines of an answer. */
const linesAPage = 10_000;

/** Keeps the lines of each log group in memory, and filters them by the texts of their properties. */
export function emulatedLogs(): Logs {
  const groups = new Map<string, Line[]>();
  return {
    add: (logGroup, functionName, message) => {
      const lines = groups.get(logGroup) ?? [];
      groups.set(logGroup, lines);
      lines.push({ timestamp: Date.now(), logStreamName: functionName, message });
      if (lines.length >= 2 * linesKept) lines.splice(0, lines.length - linesKept);
    },
    handle: (operation, body) => {
      if (operation === 'DescribeLogGroups') {
        const prefix = textOf(body, 'logGroupNamePrefix', '');
        const names = [...groups.keys()].filter((name) => name.startsWith(prefix));
        return { logGroups: names.map((logGroupName) => ({ logGroupName })) };
      }
      if (operation !== 'FilterLogEvents') {
        throw new AwsError('NotImplemented', `logs: ${operation} is not emulated here`, 501);
      }
      const lines = groups.get(textOf(body, 'logGroupName'));
      if (!lines) throw new AwsError('ResourceNotFoundException', 'There is no such log group');
      const { startTime = 0, endTime = Infinity } = body as Record<string, number | undefined>;
      const matches = matcherOf(textOf(body, 'filterPattern'));
      const from = Number(textOf(body, 'nextToken', '0'));
      const found = lines.filter(
        (line) => line.timestamp >= startTime && line.timestamp <= endTime && matches(line),
      );
      const rest = from + linesAPage < found.length;
      return {
        events: found.slice(from, from + linesAPage),
        ...(rest && { nextToken: String(from + linesAPage) }),
      };
    },
  };
}

/** Reads `{ $.a = "x" && $.b = "y" }`, the one form of a pattern that is emulated; an empty one matches every line. */
function matcherOf(pattern: string): (line: Line) => boolean {
  if (pattern === '') return () => true;
  const conditions = pattern.replace(/^\{\s*|\s*\}$/g, '').split(' && ');
  const wanted = conditions.map((condition) => {
    const [, name = '', text = '""'] =
      /^\(?\$\.(\w+) = ("(?:[^"\\]|\\.)*")\)?$/.exec(condition) ?? [];
    if (name === '') {
      throw new AwsError(
        'InvalidParameterException',
        `Not emulated here: filterPattern ${pattern}`,
      );
    }
    return [name, JSON.parse(text) as string] as const;
  });
  return ({ message }) => {
    const fields = fieldsOf(message);
    return wanted.every(([name, text]) => fields[name] === text);
  };
}

/** Reads the properties of a line; one that is no JSON object has none. */
function fieldsOf(message: string): Body {
  try {
    return (JSON.parse(message) as Body | null) ?? {};
  } catch {
    return {};
  }
}
