/** What was asked cannot be done; the message is one line that says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Thrown where the program was when Ctrl-C came, or its reader went away. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
