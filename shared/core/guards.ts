/**
 * The guards: what keeps the pipeline's promises, one constant each. esbuild resolves them when it bundles, so a bundle
 * holds neither a switch nor a wrong branch. The fault kit bundles this file with one of them `false`, and shows that it
 * notices. esbuild drops what is written as `guarded.x ? right : wrong`, `guarded.x && …`, or an `if` of one statement,
 * and cannot drop a block; `test/infra/bundle.test.ts` finds one.
 */

/** A node's members are settled only while all of them are pending. */
export const pendingCondition = true as boolean;
/** A delivery that finds its node complete climbs from there. */
export const climbAgain = true as boolean;
/** A node is extended with each member once. */
export const highWaterMark = true as boolean;
/** A page is worked on from the listing that was stored first. */
export const manifest = true as boolean;
/** The first settle of a page opens its node, and no other one. */
export const openOnce = true as boolean;
/** A page's successor is pending before the page's objects are sent, and so before its own node is open. */
export const extendBeforeOpen = true as boolean;
/** The objects of a page are sent before the page behind it is stored. */
export const fanOutBeforeNext = true as boolean;
/** A message that is delivered again continues the listing from the last page that was listed for its message. */
export const resumeListing = true as boolean;
/** A record is saved before its object is settled. */
export const saveBeforeSettle = true as boolean;
/** Nothing is done for a run that is not RUNNING. */
export const statusFence = true as boolean;
/** A run starts only when it holds the lease. */
export const leaseCondition = true as boolean;
/** A cancellation is written to the run before its message is sent and it is answered. */
export const cancelWritten = true as boolean;
/** Calls to a source wait for their turn. */
export const sourceTurns = true as boolean;
/** A run that ended is counted, and may pause the pipeline, before its lease goes on. */
export const pauseBeforeHandOver = true as boolean;
