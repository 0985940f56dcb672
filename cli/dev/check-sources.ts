import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Variables that Lambda and Node set themselves, and those of Pollard. */
const given = /^(AWS_|LAMBDA_|POLLARD_|NODE_|_|TZ$|LANG$|PATH$|HOME$)/;

const reads = [
  /\bprocess\.env\.([A-Za-z_]\w*)/g,
  /\bprocess\.env\[\s*['"`]([A-Za-z_]\w*)['"`]\s*\]/g,
];

/** A variable that a file reads. */
interface Read {
  readonly name: string;
  /** `collectors/stations.ts:6` */
  readonly at: string;
  /** Whether the code goes on without it: `process.env.NAME ?? …`. */
  readonly isOptional: boolean;
}

/**
 * Finds environment variables that the sources read and the functions do not have. It is a search in the text: a variable whose
 * name is computed is not found.
 * @param declared names of the functions' variables
 * @param shell the variables of this process: one that is set here is not set there
 * @returns a line for each variable, which says what to write
 */
export function undeclaredVariables(
  sources: readonly string[],
  declared: ReadonlySet<string>,
  shell: Readonly<Record<string, string | undefined>>,
): string[] {
  const undeclared = new Map<string, Read>();
  for (const read of sources.flatMap(readsOf)) {
    const { name, isOptional } = read;
    if (declared.has(name) || given.test(name) || undeclared.has(name)) continue;
    if (isOptional && shell[name] === undefined) continue;
    undeclared.set(name, read);
  }
  return [...undeclared.values()].map(({ name, at }) => {
    const where = shell[name] === undefined ? '' : ', though it is set in your shell';
    return `${at}  ${name} is undefined in the functions${where}: add \`environment: { ${name}: … }\` to the pipeline`;
  });
}

function readsOf(file: string): Read[] {
  const text = readFileSync(file, 'utf8');
  return reads.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ 0: read, 1: name = '', index }) => ({
      name,
      isOptional: /^\s*(\?\?|\|\|)/.test(text.slice(index + read.length)),
      at: `${relative(process.cwd(), file)}:${text.slice(0, index).split('\n').length}`,
    })),
  );
}
