import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

export interface TablesProps {
  /** What becomes of the tables with the stack. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The two tables of a pipeline: on demand, encrypted with AWS's key for DynamoDB, restorable to any second of the last
 * 35 days. `expiresAt` (epoch seconds) is for retention alone.
 */
export class Tables extends Construct {
  /** Leases, runs, chords, manifests and failures. */
  readonly control: Table;
  /** What was collected. */
  readonly record: Table;

  constructor(scope: Construct, id: string, { removalPolicy }: TablesProps) {
    super(scope, id);
    const table = (name: string) =>
      new Table(this, name, {
        partitionKey: { name: 'pk', type: AttributeType.STRING },
        sortKey: { name: 'sk', type: AttributeType.STRING },
        billingMode: BillingMode.PAY_PER_REQUEST,
        encryption: TableEncryption.AWS_MANAGED,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        timeToLiveAttribute: 'expiresAt',
        removalPolicy,
      });
    this.control = table('Control');
    this.record = table('Record');
  }
}
