/** How long a write may take, and how long what it writes is kept. */
export interface Writing {
  /** Epoch seconds at which DynamoDB may remove the item. */
  readonly expiresAt: number;
  /** Epoch milliseconds until which a write that is throttled or fails is tried again. */
  readonly until: number;
}
