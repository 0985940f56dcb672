/** Memory of the functions where the pipeline says nothing else, in GB; infra/handler.ts has the same. */
export const defaultMemoryGb = {
  start: 0.5,
  page: 0.5,
  object: 1,
  callback: 0.5,
  reconcile: 0.5,
} as const;
