import { inputOf, nameOf } from './input';
import type { RunView, SavedRecord } from './tables';

/**
 * Whether a record is there although its member was settled as failed: an object that fails by chance did so in one
 * delivery, which settled it, while another delivery of it saved. The page node decides; `run.records()` leaves it out.
 */
export const isStray = (view: RunView, { page, index, objectId }: SavedRecord): boolean =>
  inputOf(view.run.input).flaky.includes(nameOf(objectId)) &&
  (view.pages.find((each) => each.page === page)?.node?.failedMembers.includes(index) ?? false);

/** The records of a run that its members were settled with. */
export const settledRecords = (view: RunView): readonly SavedRecord[] =>
  view.records.filter((record) => !isStray(view, record));
