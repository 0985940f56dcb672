import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { parseSecrets, type SecretSource } from '../shared/environment';
import { actions } from './access';
import type { Handler } from './handler';
import type { SecretProps } from './pipeline-props';

/**
 * Reads the secrets of the props.
 * @throws InvalidInputError naming what is wrong
 */
export const secretsOf = (props: readonly SecretProps[] = []): readonly SecretSource[] =>
  parseSecrets(props.map((secret) => ({ ...secret, id: secret.id ?? secret.name })));

/**
 * Allows functions to read the secrets. One that is encrypted with a customer managed key also needs `kms:Decrypt` on that
 * key, for the roles in `pipeline.handlers`.
 */
export function grantSecrets(
  scope: Construct,
  secrets: readonly SecretSource[],
  handlers: readonly Handler[],
): void {
  for (const secret of secrets) {
    for (const handler of handlers) {
      handler.may(actions.secrets[secret.from], [arnOf(Stack.of(scope), secret)]);
    }
  }
}

function arnOf(stack: Stack, { from, id }: SecretSource): string {
  if (id.startsWith('arn:')) return id;
  if (from === 'ssm') {
    return stack.formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: id.replace(/^\//, ''),
    });
  }
  // Secrets Manager ends the ARN of a secret with six characters of its own choice.
  return stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${id}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
