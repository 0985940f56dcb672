/** The result of one check: of what a deployment needs, or of a pipeline. */
export interface Finding {
  readonly name: string;
  /** `warning`: deployed pipelines work, something else does not. */
  readonly state: 'ok' | 'warning' | 'bad';
  readonly found: string;
  /** The action that resolves it. */
  readonly fix?: string;
}
