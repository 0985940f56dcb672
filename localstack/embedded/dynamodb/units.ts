import type { Body } from '../http/service';
import { itemBytes, type Item } from './item-size';
import type { Ledger } from './item-db';

/** The capacity units that a request is billed. */
export interface Units {
  readonly write: number;
  readonly read: number;
}

const writeUnitBytes = 1_024;
const readUnitBytes = 4_096;

const writes: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
const conditionFailed = 'ConditionalCheckFailedException';

/**
 * What DynamoDB bills for a request: for each item written the larger of its old and new size, a unit a KB begun; for each
 * item read a unit for 4 KB begun, half of that when it need not be consistent; for a query what its items have together. A
 * failed condition is billed as the write that it kept from happening.
 */
export function unitsOf(operation: string, body: Body, ledger: Ledger, error?: string): Units {
  if (error !== undefined) {
    const billed = writes.has(operation) && error.endsWith(conditionFailed);
    return { write: billed ? unitsOfFailed(body, ledger) : 0, read: 0 };
  }
  let write = 0;
  for (const { before, after } of ledger.writes) write += writeUnits(Math.max(before, after));
  return { write, read: ledger.writes.length > 0 ? 0 : readUnits(operation, body, ledger.reads) };
}

function unitsOfFailed(body: Body, { reads }: Ledger): number {
  const item = body['Item'] as Item | undefined;
  return writeUnits(Math.max(item ? itemBytes(item) : 0, ...reads));
}

function readUnits(operation: string, body: Body, reads: readonly number[]): number {
  if (operation === 'Query' || operation === 'Scan') {
    const together = reads.reduce((sum, bytes) => sum + bytes, 0);
    return halved(body, Math.max(1, Math.ceil(together / readUnitBytes)));
  }
  const each = (bytes: number) => Math.max(1, Math.ceil(bytes / readUnitBytes));
  return halved(
    requestOf(operation, body),
    reads.reduce((sum, bytes) => sum + each(bytes), 0),
  );
}

/** Where a request says whether it is consistent: one of a batch for each table, of which ours have one. */
function requestOf(operation: string, body: Body): Body {
  if (operation !== 'BatchGetItem') return body;
  return Object.values(body['RequestItems'] as Record<string, Body>)[0] ?? {};
}

const halved = (body: Body, units: number): number =>
  body['ConsistentRead'] === true ? units : units / 2;

const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / writeUnitBytes));
