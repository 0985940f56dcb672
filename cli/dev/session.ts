import { chordStore } from '../../shared/aws/dynamodb/chord-store';
import { lazyClients } from '../../shared/aws/clients';
import { pageStore } from '../../shared/aws/dynamodb/page-store';
import { sourceMaps } from '../../shared/aws/telemetry/source-maps';
import { runStore } from '../../shared/aws/dynamodb/run-store';
import type { ChordStore } from '../../shared/core/ports/chord-store';
import type { PageStore } from '../../shared/core/ports/page-store';
import type { RunStore } from '../../shared/core/ports/run-store';
import { startCloud } from '../../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../../localstack/embedded/embedded-cloud';
import { inTurn } from '../../localstack/embedded/lambda/cold-starts';
import type { Ports } from '../../localstack/embedded/options';
import type { SourceProcess, startSourceProcess } from '../../examples/resources/server/process';
import { sourceItems, type SourceItems } from '../operator/source-items';
import { InvocationWatch, type InvocationListener } from './invocations';
import type { ErrorBoard } from './error-board';
import type { StartOptions } from './options';
import { openProject, type Project } from './project';
import type { Published } from '../../shared/published';
import { functionOf } from './published';
import { RunClock } from './run-times';
import { pipelineIn, schedulesFor } from './schedule';

/** A cloud that is up, with the pipeline that is asked for. */
export interface Session {
  readonly options: StartOptions;
  readonly cloud: EmbeddedCloud;
  readonly project: Project;
  readonly pipeline: Published;
  readonly chord: ChordStore;
  readonly runs: RunStore;
  readonly pages: PageStore;
  readonly sources: SourceItems;
  readonly clock: RunClock;
  readonly watch: InvocationWatch;
  /** Errors of the objects of the run under way. */
  readonly errors: ErrorBoard | undefined;
  /** The stand-in source; `undefined` where the collector needs none. */
  readonly source: SourceProcess | undefined;
  close(): Promise<void>;
}

/** The events of a session. */
export interface SessionListener extends InvocationListener {
  /** Counts the errors of objects. @default - they are not counted */
  readonly errors?: ErrorBoard;
  /** A function of this pipeline wrote a line. */
  onLine(functionName: string, line: string, pipeline: string): void;
}

/** The options of a session. */
export interface SessionSpec {
  readonly options: StartOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly listener: SessionListener;
  /** The app, synthesized already. @default - it is synthesized now */
  readonly project?: Project | undefined;
  /** @default - free ones */
  readonly ports?: Ports | undefined;
  /** Folder that keeps the tables. @default - none does */
  readonly data?: string | undefined;
  readonly startSource?: typeof startSourceProcess | undefined;
}

/**
 * Synthesizes the app as `cdk deploy` would, and starts the cloud that it describes, and the source.
 * @throws SetupError that says what to write
 */
export async function openSession(spec: SessionSpec): Promise<Session> {
  const { options, env, listener, ports, data } = spec;
  const closers: Closer[] = [];
  let isOpen = true;
  const close = async (): Promise<void> => {
    isOpen = false;
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const [project, source] = await Promise.allSettled([
      spec.project ?? openProject(options),
      sourceFor(options, closers, spec.startSource),
    ]).then(([made, started]) => [valueOf(made), valueOf(started)] as const);
    closers.push(() => project.close());
    const clock = new RunClock();
    const mapPositions = sourceMaps();
    const known: { pipeline?: Published } = {};
    const cloud = await startCloud({
      assembly: project.assembly,
      codePathOf: project.codePathOf,
      concurrency: options.concurrency,
      // A debugger would list each environment that waits.
      sandboxesAhead: options.inspect === undefined ? options.concurrency + otherEnvironments : 0,
      coldStarts: inTurn(),
      environment: env,
      // Debug lines are for --verbose, and tell which objects had an error that others had before.
      functionEnvironment: { AWS_LAMBDA_LOG_LEVEL: 'DEBUG', ...environmentOf(options, source) },
      schedule: schedulesFor(options.collector, options.schedule),
      ...(options.inspect === undefined ? {} : { timeoutSeconds: patienceSeconds }),
      ...(ports && { ports }),
      ...(data !== undefined && { data }),
      // Functions are killed at the end of a session: their last lines do not belong to a run.
      onLog: (functionName, line) => {
        if (!isOpen) return;
        clock.read(line);
        const { pipeline } = known;
        listener.onLine(
          nameOf(pipeline, functionName),
          mapPositions(line),
          pipeline?.pipeline ?? '',
        );
      },
    });
    closers.push(() => cloud.close());
    const connected = connect(cloud, options, listener, closers);
    cloud.onInvocation((event) => {
      if (isOpen) connected.watch.read(event);
    });
    known.pipeline = connected.pipeline;
    return { ...connected, project, options, cloud, clock, errors: listener.errors, source, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Environments of a run besides those that work on objects: start, two for pages, callback. */
const otherEnvironments = 4;

/** The timeout of a function, in seconds, while a debugger may stop it. */
const patienceSeconds = 3_600;

type Closer = () => Promise<void>;

/** The parts of a session that need the cloud. */
type Connected = Pick<Session, 'pipeline' | 'chord' | 'runs' | 'pages' | 'sources' | 'watch'>;

/** Shortens the name of a function of this pipeline; a function of another pipeline keeps its full name. */
const nameOf = (pipeline: Published | undefined, functionName: string): string =>
  (pipeline && functionOf(pipeline, functionName)) ?? functionName;

async function sourceFor(
  { resources }: StartOptions,
  closers: Closer[],
  startSource?: typeof startSourceProcess,
): Promise<SourceProcess | undefined> {
  if (resources?.work !== 'post' || !startSource) return undefined;
  const { pageCount, pageSize } = resources;
  const source = await startSource({ pageCount, pageSize });
  closers.push(() => source.close());
  return source;
}

/** Makes the environment of the collector `resources`. */
function environmentOf(
  { resources }: StartOptions,
  source: SourceProcess | undefined,
): Record<string, string> {
  if (!resources) return {};
  return {
    ...(source ? { RESOURCES_URL: source.url } : {}),
    RESOURCES_PAGES: resources.pages,
    RESOURCES_WORK: resources.work,
    RESOURCES_PAGE_COUNT: String(resources.pageCount),
    RESOURCES_PAGE_SIZE: String(resources.pageSize),
  };
}

/** Connects to the pipeline of the collector: to its tables, and to the invocations of its functions. */
function connect(
  cloud: EmbeddedCloud,
  { collector }: StartOptions,
  listener: SessionListener,
  closers: Closer[],
): Connected {
  const pipeline = pipelineIn(cloud.resources, collector);
  const watch = new InvocationWatch(pipeline, listener);
  // The SDK finds the cloud by its own variables, here as in the functions.
  Object.assign(process.env, cloud.environment);
  const client = lazyClients().dynamoDb();
  closers.push(() => {
    client.destroy();
    return Promise.resolve();
  });
  const { control } = pipeline.tables;
  return {
    pipeline,
    watch,
    chord: chordStore(client, control),
    runs: runStore(client, control),
    pages: pageStore(client, control),
    sources: sourceItems(client, control),
  };
}

function valueOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
