import type { Operator } from '../operator/operator';
import type { Paint } from '../terminal/paint';
import { plural } from '../terminal/format';
import { batchesAtOnce } from '../../shared/core/event-source';
import type { Published } from '../../shared/published';
import { exitCodes } from '../exit-codes';
import { explain, type Where } from '../explain';
import type { Printer } from '../io';
import type { Finding } from '../doctor/finding';
import { pipelineFindings } from '../doctor/pipeline-findings';
import { allPipelines, pipelineOf } from '../pipelines';

/** The oldest Node that runs the repo: `engines` of package.json. */
const oldestNode = [20, 19] as const;

/** The parameter that `cdk bootstrap` writes, and the oldest version that the stack's template accepts. */
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';
const oldestBootstrap = 6;

/** Executions of a pipeline that no queue starts: start, and reconcile. */
const executionsOfSchedules = 2;

/** Checks what prevents a deployment from this machine, and the state of each pipeline. @returns the exit code */
export async function doctor(operator: Operator, where: Where, printer: Printer): Promise<number> {
  const findings: Finding[] = [nodeFinding(process.versions.node)];
  const regionFound = await region(operator);
  findings.push(regionFound, endpoint(where));
  if (regionFound.state === 'ok') findings.push(...(await aws(operator, where, printer)));
  if (printer.json) printer.document(findings);
  else {
    const wide = Math.max(...findings.map(({ name }) => name.length)) + 2;
    printer.out.lines(findings.flatMap((each) => linesOf(each, wide, printer.paint)));
  }
  return findings.some(({ state }) => state === 'bad') ? exitCodes.failed : exitCodes.good;
}

/** Checks whether this Node is new enough. */
export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor, needMinor] = oldestNode;
  const good = major > needMajor || (major === needMajor && minor >= needMinor);
  return {
    name: 'Node',
    state: good ? 'ok' : 'bad',
    found: version,
    ...(good ? {} : { fix: `install Node ${oldestNode.join('.')} or newer` }),
  };
}

async function region(operator: Operator): Promise<Finding> {
  try {
    return { name: 'region', state: 'ok', found: await operator.region() };
  } catch {
    const fix = 'give --region, or set AWS_REGION, or a region in the profile';
    return { name: 'region', state: 'bad', found: 'none is known', fix };
  }
}

const endpoint = ({ endpointUrl }: Where): Finding => ({
  name: 'endpoint',
  state: 'ok',
  found: endpointUrl ?? "AWS's own",
});

/** Runs the checks that need credentials. */
async function aws(operator: Operator, where: Where, printer: Printer): Promise<Finding[]> {
  let published: Published[];
  try {
    published = await allPipelines(operator);
  } catch (error) {
    const found = explain(error, where) ?? String(error);
    return [
      { name: 'access', state: 'bad', found, fix: 'fix this first, then run pollard doctor again' },
    ];
  }
  const access: Finding = { name: 'access', state: 'ok', found: 'the credentials are accepted' };
  return [
    access,
    ...(await checked('bootstrap', where, async () => [
      await bootstrap(operator, published.length > 0),
    ])),
    pipelines(published),
    ...(await checked('concurrency', where, async () => [await quota(operator, published)])),
    ...(await eachPipeline(operator, published, where, printer)),
  ];
}

async function eachPipeline(
  operator: Operator,
  published: readonly Published[],
  where: Where,
  { io, command }: Printer,
): Promise<Finding[]> {
  const found = await Promise.all(
    published.map((each) =>
      checked(each.pipeline, where, () =>
        pipelineFindings(pipelineOf(operator, each), io.now(), command),
      ),
    ),
  );
  return found.flat();
}

async function checked(
  name: string,
  where: Where,
  check: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    const found = explain(error, where) ?? String(error);
    return [{ name, state: 'warning', found, fix: 'it could not be checked' }];
  }
}

async function bootstrap(operator: Operator, deployed: boolean): Promise<Finding> {
  const version = await operator.parameter(bootstrapParameter);
  if (version !== undefined && Number(version) >= oldestBootstrap) {
    return { name: 'bootstrap', state: 'ok', found: `version ${version}` };
  }
  return {
    name: 'bootstrap',
    state: deployed ? 'warning' : 'bad',
    found: version === undefined ? 'CDK has not been bootstrapped here' : `version ${version}`,
    fix: 'before the next deployment: npx cdk bootstrap',
  };
}

function pipelines(published: readonly Published[]): Finding {
  const names = published.map(({ pipeline }) => pipeline).sort();
  return names.length > 0
    ? { name: 'pipelines', state: 'ok', found: names.join(', ') }
    : { name: 'pipelines', state: 'warning', found: 'none is deployed', fix: 'npm run deploy' };
}

async function quota(operator: Operator, published: readonly Published[]): Promise<Finding> {
  const allowed = await operator.concurrency();
  const found = `the account allows ${plural(allowed, 'execution')} at once`;
  const each = published.map(({ pipeline, settings }) => ({
    pipeline,
    executions: Object.values(batchesAtOnce(settings)).reduce(
      (sum, most) => sum + most,
      executionsOfSchedules,
    ),
  }));
  const wanted = each.reduce((sum, { executions }) => sum + executions, 0);
  if (allowed >= wanted) return { name: 'concurrency', state: 'ok', found };
  const parts = each.map(({ pipeline, executions }) => `${pipeline} ${executions}`);
  return {
    name: 'concurrency',
    state: 'warning',
    found: `${found}, the pipelines may use ${wanted}: ${parts.join(', ')}`,
    fix: 'ask Service Quotas for more concurrent executions of Lambda, or lower maxConcurrency',
  };
}

const marks = { ok: '✔', warning: '!', bad: '✘' } as const;

function linesOf({ name, state, found, fix }: Finding, wide: number, paint: Paint): string[] {
  const colour = { ok: paint.green, warning: paint.yellow, bad: paint.red }[state];
  return [
    `${colour(marks[state])} ${name.padEnd(wide)}${found}`,
    ...(fix === undefined ? [] : [`  ${' '.repeat(wide)}${paint.dim(`→ ${fix}`)}`]),
  ];
}
