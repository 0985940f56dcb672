import { describeError, describeValue } from './describe-error';
import type { Redact } from './plain-json';

/** What SQS takes as a message group id: 1 to 128 letters, digits and punctuation. */
const messageGroupId = /^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/;

/** The tenant of an object as a message group id, or what is wrong with it. */
export type Tenant =
  | { readonly kind: 'tenant'; readonly tenant: string }
  | { readonly kind: 'none'; readonly fault: string };

/** Asks the collector for an object's tenant. A fault costs fairness, never the object. */
export function tenantOfObject(
  tenantOf: (id: string) => unknown,
  id: string,
  redact: Redact,
): Tenant {
  let tenant: unknown;
  try {
    tenant = tenantOf(id);
  } catch (error) {
    return { kind: 'none', fault: `tenantOf: ${describeError(error, redact)}` };
  }
  if (typeof tenant === 'string' && messageGroupId.test(tenant)) return { kind: 'tenant', tenant };
  return {
    kind: 'none',
    fault: `tenantOf: expected 1 to 128 letters, digits and punctuation, got ${describeValue(tenant, redact)}`,
  };
}
