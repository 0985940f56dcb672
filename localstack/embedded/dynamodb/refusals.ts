import { AwsError, type Body } from '../http/service';

const maxExpressionBytes = 4_096;
const maxOperators = 300;
const maxInOperands = 100;

const expressions = [
  'UpdateExpression',
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
] as const;

/** Functions, and the words and signs between operands. The `=` of an update assigns, which is not counted. */
const functions = /[a-z_]+\s*\(/g;
const words = /\b(AND|OR|NOT|BETWEEN|IN)\b|<>|<=|>=|=|<|>/gi;
const arithmetic = /[+-]/g;

/**
 * Refuses what DynamoDB refuses and dynalite accepts: expressions over 4 KB, with over 300 operators and functions, or with
 * over 100 operands to an IN. (Items over 400 KB and numbers over 38 digits are refused where they are stored.)
 * @throws AwsError in DynamoDB's words
 */
export function refuseDynamoDb(body: Body): void {
  for (const name of expressions) {
    const expression = body[name];
    if (typeof expression === 'string') refuseExpression(name, expression);
  }
}

function refuseExpression(name: (typeof expressions)[number], expression: string): void {
  const bytes = Buffer.byteLength(expression);
  if (bytes > maxExpressionBytes) {
    invalid(
      `Invalid ${name}: Expression size has exceeded the maximum allowed size; expression size: ${bytes}`,
    );
  }
  if (expression.length <= maxOperators) return;
  const count = operatorsIn(expression, name === 'UpdateExpression');
  if (count > maxOperators) {
    invalid(
      `Invalid ${name}: The expression contains too many operators; operator count: ${count}`,
    );
  }
  for (const [operands] of expression.matchAll(/\bIN\s*\([^)]*\)/gi)) {
    const given = operands.split(',').length;
    if (given <= maxInOperands) continue;
    invalid(
      `Invalid ${name}: The IN operator is provided with too many operands; number of operands: ${given}`,
    );
  }
}

const operatorsIn = (expression: string, update: boolean): number =>
  countOf(expression, functions) + countOf(expression, update ? arithmetic : words);

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

function invalid(message: string): never {
  throw new AwsError('com.amazon.coral.validate#ValidationException', message);
}
