import type { KitGuard } from '../guards';
import type { PipelineSpec } from './assembly';
import type { Report } from './drive';
import type { PipelineUnderTest } from './pipeline-under-test';
import type { Times } from './pipelines';

/** A way to try the pipeline. */
export interface Scenario {
  readonly name: string;
  /** What it does and what must hold, in a line or two for `--help`. */
  readonly summary: string;
  readonly pipelines: (times: Times) => readonly PipelineSpec[];
  /** Clouds with all those pipelines; as many runs of each pipeline go side by side. */
  readonly clouds: number;
  /** Runs by default, and in the bounded run of all scenarios. */
  readonly runs: number;
  /** Whether it keeps the machine busy, and so is not tried beside those that mostly wait. @default false */
  readonly busy?: boolean;
  /** The pipeline that the run of a seed needs. */
  readonly pipelineOf: (seed: number, without: KitGuard | undefined) => string;
  readonly run: (
    pipelineUnderTest: PipelineUnderTest,
    seed: number,
    without: KitGuard | undefined,
  ) => Promise<Report>;
}
