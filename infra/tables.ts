import type { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  Table,
  TableEncryption,
  type WarmThroughput,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

/** The tables of a pipeline. */
export type TableName = 'control' | 'record';

export interface TablesProps {
  /** Removal policy of both tables. */
  readonly removalPolicy: RemovalPolicy;
  /** @default - DynamoDB's own */
  readonly warmThroughput?: Readonly<Partial<Record<TableName, WarmThroughput>>> | undefined;
}

/**
 * The two tables of a pipeline: on demand, encrypted with AWS's key for DynamoDB, restorable to any second of the last
 * 35 days. `expiresAt` (epoch seconds) is for retention alone.
 */
export class Tables extends Construct {
  /** Leases, runs, chords, manifests and failures. */
  readonly control: Table;
  /** Records of the objects. */
  readonly record: Table;

  constructor(scope: Construct, id: string, { removalPolicy, warmThroughput = {} }: TablesProps) {
    super(scope, id);
    const table = (id: string, warm: WarmThroughput | undefined) =>
      new Table(this, id, {
        partitionKey: { name: 'pk', type: AttributeType.STRING },
        sortKey: { name: 'sk', type: AttributeType.STRING },
        billingMode: BillingMode.PAY_PER_REQUEST,
        encryption: TableEncryption.AWS_MANAGED,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        timeToLiveAttribute: 'expiresAt',
        removalPolicy,
        ...(warm && { warmThroughput: warm }),
      });
    this.control = table('Control', warmThroughput.control);
    this.record = table('Record', warmThroughput.record);
  }
}
