import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** The keys of a table, as CreateTable and CloudFormation take them: the strings `pk` and `sk`. */
export const pkAndSk = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
} satisfies Pick<CreateTableCommandInput, 'AttributeDefinitions' | 'KeySchema'>;
