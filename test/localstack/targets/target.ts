import type { PipelineView } from '../../support/pipeline-view';
import type { PipelineName } from '../app/names';
import type { TargetName } from './limits';

/** Something that the suite's stacks are deployed to. */
export interface Target {
  readonly name: TargetName;
  pipeline(name: PipelineName): PipelineView;
  /** Fires the schedule of a pipeline by hand, as the template says it; for where it does not fire by itself. */
  fire(name: PipelineName, at: Date): Promise<void>;
  /** Whether a table forgets its items by `expiresAt`. */
  forgets(table: string): Promise<boolean>;
  close(): Promise<void>;
}
