// The parts of fauxqs that make SQS and S3: their stores and operations, without its servers. fauxqs offers only the whole,
// so its files are named by path. The package has this file as a bundle.
import { changeMessageVisibility } from '../../../node_modules/fauxqs/dist/sqs/actions/changeMessageVisibility.js';
import { changeMessageVisibilityBatch } from '../../../node_modules/fauxqs/dist/sqs/actions/changeMessageVisibilityBatch.js';
import { deleteMessage } from '../../../node_modules/fauxqs/dist/sqs/actions/deleteMessage.js';
import { deleteMessageBatch } from '../../../node_modules/fauxqs/dist/sqs/actions/deleteMessageBatch.js';
import { getQueueAttributes } from '../../../node_modules/fauxqs/dist/sqs/actions/getQueueAttributes.js';
import { getQueueUrl } from '../../../node_modules/fauxqs/dist/sqs/actions/getQueueUrl.js';
import { listQueues } from '../../../node_modules/fauxqs/dist/sqs/actions/listQueues.js';
import { listQueueTags } from '../../../node_modules/fauxqs/dist/sqs/actions/listQueueTags.js';
import { purgeQueue } from '../../../node_modules/fauxqs/dist/sqs/actions/purgeQueue.js';
import { receiveMessage } from '../../../node_modules/fauxqs/dist/sqs/actions/receiveMessage.js';
import { sendMessage } from '../../../node_modules/fauxqs/dist/sqs/actions/sendMessage.js';
import { sendMessageBatch } from '../../../node_modules/fauxqs/dist/sqs/actions/sendMessageBatch.js';
import { setQueueAttributes } from '../../../node_modules/fauxqs/dist/sqs/actions/setQueueAttributes.js';

export { SqsStore } from '../../../node_modules/fauxqs/dist/sqs/sqsStore.js';
/** The operations that are offered; queues are made from the template only. */
export const operations = {
  ChangeMessageVisibility: changeMessageVisibility,
  ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
  DeleteMessage: deleteMessage,
  DeleteMessageBatch: deleteMessageBatch,
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl: getQueueUrl,
  ListQueues: listQueues,
  ListQueueTags: listQueueTags,
  PurgeQueue: purgeQueue,
  ReceiveMessage: receiveMessage,
  SendMessage: sendMessage,
  SendMessageBatch: sendMessageBatch,
  SetQueueAttributes: setQueueAttributes,
};

/** S3 is loaded by its first call: it takes longer than SQS, and most apps have no bucket. */
export const loadS3 = async () => {
  const { registerS3Routes } = await import('../../../node_modules/fauxqs/dist/s3/s3Router.js');
  const { S3Store } = await import('../../../node_modules/fauxqs/dist/s3/s3Store.js');
  return { registerS3Routes, S3Store };
};
