/** What dynalite gives its parser along. */
interface Context {
  readonly attrNames?: Readonly<Record<string, string>>;
  readonly attrVals?: Readonly<Record<string, unknown>>;
  readonly unusedAttrNames?: Record<string, unknown>;
  readonly unusedAttrVals?: Record<string, unknown>;
}

/** dynalite's parser of conditions. */
export interface ConditionParser {
  parse: (expression: string, options: { readonly context: Context }) => unknown;
}

interface Node {
  readonly type: string;
  readonly args: readonly unknown[];
}

const term = String.raw`contains\((#\w+),(:\w+)\)`;
const conjunction = new RegExp(`^${term}(?: AND ${term})+$`);
const terms = new RegExp(term, 'g');

const quick = new WeakSet<ConditionParser>();

/**
 * Lets a parser read conjunctions of `contains` without its grammar, which takes milliseconds for a hundred of them: the
 * condition of every settle. The result is what the parser itself would give.
 */
export function readConjunctionsQuickly(parser: ConditionParser): void {
  if (quick.has(parser)) return;
  quick.add(parser);
  const { parse } = parser;
  parser.parse = (expression, options) =>
    parseConjunction(expression, options.context) ?? parse(expression, options);
}

function parseConjunction(expression: string, context: Context): unknown {
  if (!conjunction.test(expression)) return undefined;
  const { attrNames = {}, attrVals = {}, unusedAttrNames = {}, unusedAttrVals = {} } = context;
  const pathHeads: Record<string, true> = {};
  const functions: Node[] = [];
  for (const [, name = '', value = ''] of expression.matchAll(terms)) {
    const attribute = attrNames[name];
    const operand = attrVals[value];
    // The parser knows what to say of a name that is not defined.
    if (attribute === undefined || operand === undefined) return undefined;
    pathHeads[attribute] = true;
    functions.push(contains(attribute, operand));
  }
  for (const [, name = '', value = ''] of expression.matchAll(terms)) {
    Reflect.deleteProperty(unusedAttrNames, name);
    Reflect.deleteProperty(unusedAttrVals, value);
  }
  return { expression: all(functions), nestedPaths: {}, pathHeads };
}

const contains = (attribute: string, operand: unknown) => ({
  type: 'function',
  name: 'contains',
  args: [[attribute], operand],
  attrType: 'BOOL',
});

/** `a AND (b AND (c …))`, as the grammar has it. */
const all = (nodes: readonly Node[]): Node =>
  nodes.reduceRight((right, left) => ({ type: 'and', args: [left, right] }));
