/** The options that say where a command looks. */
export interface TargetOptions {
  readonly stack?: string;
  readonly pipeline?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

/** A command of `pollard`, with the options that say where it looks. */
export function commandOn(target: TargetOptions, args: string): string {
  const { stack, pipeline, profile, region, endpointUrl } = target;
  const options = Object.entries({ stack, pipeline, profile, region, 'endpoint-url': endpointUrl });
  return [
    `pollard ${args}`,
    ...options.flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name} ${quoted(value)}`],
    ),
  ].join(' ');
}

/** Makes a text one word of a shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
