/** A template's value: JSON with functions such as `{ Ref: … }` in it. */
export type TemplateValue = unknown;

/** The values that references of a stack resolve to. */
export interface References {
  /** The value of `Ref`; `undefined` for an unknown id. */
  ref(logicalId: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  importValue(exportName: string): unknown;
  condition(name: string): boolean;
  findInMap(map: string, key: string, second: string): unknown;
}

type Intrinsic = (argument: unknown, references: References) => unknown;

/** The value of `{ Ref: 'AWS::NoValue' }`. */
const noValue = Symbol('AWS::NoValue');

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** A resolved value as part of a text. */
const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (id, references) => (id === 'AWS::NoValue' ? noValue : references.ref(String(id))),
  'Fn::GetAtt': (argument, references) => {
    const [id, ...attribute] =
      typeof argument === 'string' ? argument.split('.') : list(argument).map(String);
    return references.getAtt(id ?? '', attribute.join('.'));
  },
  'Fn::Join': (argument, references) => {
    const [separator, parts] = list(argument);
    return list(resolve(parts, references)).map(text).join(String(separator));
  },
  'Fn::Sub': (argument, references) => {
    const [template, given = {}] = list(argument) as [string, Record<string, unknown>?];
    const values = resolve(given, references) as Record<string, unknown>;
    return template.replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(values, name)) return text(values[name]);
      const [id = '', ...attribute] = name.split('.');
      return text(
        attribute.length > 0 ? references.getAtt(id, attribute.join('.')) : references.ref(id),
      );
    });
  },
  'Fn::Select': (argument, references) => {
    const [index, values] = list(argument);
    return list(resolve(values, references))[Number(resolve(index, references))];
  },
  'Fn::Split': (argument, references) => {
    const [separator, value] = list(argument);
    return text(resolve(value, references)).split(String(separator));
  },
  'Fn::If': (argument, references) => {
    const [condition, yes, no] = list(argument);
    return resolve(references.condition(String(condition)) ? yes : no, references);
  },
  'Fn::ImportValue': (name, references) => references.importValue(text(resolve(name, references))),
  'Fn::FindInMap': (argument, references) => {
    const [map, key, second] = list(argument).map((part) => text(resolve(part, references)));
    return references.findInMap(map ?? '', key ?? '', second ?? '');
  },
  'Fn::Base64': (value, references) =>
    Buffer.from(text(resolve(value, references))).toString('base64'),
  'Fn::GetAZs': () => [],
};

/** Resolves the functions in a template's value; a property without a value is left out. */
export function resolve(value: TemplateValue, references: References): unknown {
  const resolved = resolveAny(value, references);
  return resolved === noValue ? undefined : resolved;
}

function resolveAny(value: unknown, references: References): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => resolveAny(each, references)).filter((each) => each !== noValue);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  const intrinsic = entries.length === 1 && first ? intrinsics[first[0]] : undefined;
  if (intrinsic && first) return intrinsic(first[1], references);
  const resolved = entries.map(([name, each]) => [name, resolveAny(each, references)] as const);
  return Object.fromEntries(resolved.filter(([, each]) => each !== noValue));
}
