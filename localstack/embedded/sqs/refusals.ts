import { AwsError, type Body } from '../http/service';

/** Longest delay of a message, in seconds. */
const maxDelaySeconds = 900;
const maxEntryIdLength = 80;
const groupId = /^[a-zA-Z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
const maxAttributes = 10;

/**
 * Refuses what SQS refuses and fauxqs accepts. The sizes, counts and ids of batches are checked by fauxqs.
 * @throws AwsError in SQS's words
 */
export function refuseSqs(operation: string, body: Body, fifo: boolean): void {
  if (operation === 'SendMessage') checkMessage(body, fifo);
  for (const entry of entriesOf(body)) {
    checkEntryId(entry['Id']);
    if (operation === 'SendMessageBatch') checkMessage(entry, fifo);
  }
}

/** The entries of a batch. */
export function entriesOf(body: Body): readonly Body[] {
  const entries = body['Entries'];
  return Array.isArray(entries) ? (entries as Body[]) : [];
}

function checkEntryId(id: unknown): void {
  if (typeof id === 'string' && id.length >= 1 && id.length <= maxEntryIdLength) return;
  throw new AwsError(
    'com.amazonaws.sqs#InvalidBatchEntryId',
    `A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most ${maxEntryIdLength} letters long.`,
  );
}

function checkMessage(message: Body, fifo: boolean): void {
  const { MessageBody, DelaySeconds, MessageGroupId, MessageAttributes } = message;
  if (typeof MessageBody !== 'string' || MessageBody === '') {
    throw new AwsError(
      'com.amazonaws.sqs#MissingParameter',
      'The request must contain the parameter MessageBody.',
    );
  }
  if (DelaySeconds !== undefined && !isDelay(DelaySeconds)) {
    invalid(
      `Value ${JSON.stringify(DelaySeconds)} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${maxDelaySeconds}.`,
    );
  }
  if (!isAbsentOr(MessageGroupId, (id) => typeof id === 'string' && groupId.test(id))) {
    invalid(
      'Value for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
    );
  }
  if (!fifo && message['MessageDeduplicationId'] !== undefined) {
    invalid(
      'The request includes a parameter that is not valid for this queue type: MessageDeduplicationId.',
    );
  }
  if (!isAbsentOr(MessageAttributes, (map) => Object.keys(map as object).length <= maxAttributes)) {
    invalid(`Number of message attributes exceeds the allowed maximum of ${maxAttributes}.`);
  }
}

const isDelay = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxDelaySeconds;

const isAbsentOr = (value: unknown, valid: (value: unknown) => boolean): boolean =>
  value === undefined || value === null || valid(value);

function invalid(message: string): never {
  throw new AwsError('com.amazonaws.sqs#InvalidParameterValue', message);
}
