import type { CallLog } from './call-log';
import type { OpenWindow } from './open-window';
import type { GatedSource, GateParts } from './parts';
import type { SourceItem } from './source-item';
import type { Writes } from './writes';

/** The state that the parts of a gate share. */
export interface GateState {
  readonly source: GatedSource;
  readonly parts: GateParts;
  readonly item: SourceItem;
  readonly log: CallLog;
  readonly window: OpenWindow;
  readonly writes: Writes;
}
