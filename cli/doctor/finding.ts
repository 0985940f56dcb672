/** What was found about one thing: what a deployment needs, or a pipeline. */
export interface Finding {
  readonly name: string;
  /** `warning`: what is deployed works, something else does not. */
  readonly state: 'ok' | 'warning' | 'bad';
  readonly found: string;
  /** What to do about it. */
  readonly fix?: string;
}
