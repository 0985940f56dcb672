/** How shared/aws calls its tables and queues. */
export const calls = {
  /** Puts of a BatchWriteItem. */
  putsARequest: 25,
  /** Requests of one kind under way at once. */
  requestsAtOnce: 8,
  /** Calls that start, and callback, make one after the other. */
  start: 12,
  callback: 10,
} as const;
