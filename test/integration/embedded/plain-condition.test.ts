import {
  readConjunctionsQuickly,
  type ConditionParser,
} from '../../../localstack/embedded/dynamodb/plain-condition';
import { nativeRequire } from '../../../localstack/embedded/native';

const original = nativeRequire('dynalite/db/conditionParser.js') as ConditionParser;

const parseWith = (parser: ConditionParser, expression: string) => {
  const context = {
    attrNames: { '#p': 'pending', '#q': 'other' },
    attrVals: { ':a': { N: '1' }, ':b': { N: '2' }, ':c': { S: 'c' } },
    unusedAttrNames: { '#p': true, '#q': true },
    unusedAttrVals: { ':a': true, ':b': true, ':c': true },
    isReserved: () => false,
  };
  return JSON.stringify([parser.parse(expression, { context }), context]);
};

it.each([
  'contains(#p,:a)',
  'contains(#p,:a) AND contains(#p,:b)',
  'contains(#p,:a) AND contains(#q,:b) AND contains(#p,:c)',
  'contains(#p,:a) AND contains(#p,:b) OR contains(#p,:c)',
  'contains(#p,:a) AND contains(#p,:unknown)',
  'contains(#unknown,:a) AND contains(#p,:b)',
  'contains(#p, :a) AND contains(#p,:b)',
  'attribute_exists(#p) AND contains(#p,:a)',
])('reads %s as dynalite does', (expression) => {
  let asked = 0;
  const parser: ConditionParser = {
    parse: (...args) => {
      asked += 1;
      return original.parse(...args);
    },
  };
  const before = parseWith(parser, expression);
  readConjunctionsQuickly(parser);
  expect(parseWith(parser, expression)).toBe(before);
  const plain = /^(contains\(#[pq],:[abc]\)( AND )?){2,}$/.test(expression);
  expect(asked).toBe(plain ? 1 : 2);
});
