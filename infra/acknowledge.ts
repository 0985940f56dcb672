import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Records why a rule of cdk-nag does not apply to a resource; test/infra/nag.test.ts finds what is not acknowledged. */
export function acknowledge(
  construct: IConstruct,
  reasons: Readonly<Record<string, string>>,
): void {
  Validations.of(construct).acknowledge(
    ...Object.entries(reasons).map(([id, reason]) => ({ id, reason })),
  );
}
