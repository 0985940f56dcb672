/** An OAuth token that the environments of a pipeline share, or the lease of the one that gets it. */
export interface TokenItem {
  /** Raised by each write. */
  readonly version: number;
  /** The encrypted token; `undefined` before the first. */
  readonly sealed?: string | undefined;
  /** Epoch milliseconds until which one environment gets a new one; `undefined` when none does. */
  readonly leaseUntil?: number | undefined;
}

/** Tokens by name. */
export interface TokenStore {
  readToken(name: string): Promise<TokenItem | undefined>;
  /**
   * Writes an item if the one that is there has the version before its own (version 1: if there is none).
   * @returns whether it was written; a write that is sent twice may say no
   */
  writeToken(name: string, item: TokenItem): Promise<boolean>;
}
