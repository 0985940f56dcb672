import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { until, type PipelineView } from '../../support/pipeline-view';
import { limitOf, type Ability, type TargetName } from '../targets/limits';
import type { Target } from '../targets/target';

/** What AWS's services do for a pipeline by themselves; what a target cannot do is done by hand, or seen to be refused. */
export function describeServices(name: TargetName, reach: () => Target): void {
  const limit = (ability: Ability) => limitOf(name, ability);

  if (limit('schedules') === undefined) {
    it('the schedule starts a poll for the time that it says', async () => {
      const follower = reach().pipeline('follower');
      const { runId } = await until(
        'a tick has started a run',
        async () =>
          (await follower.runs.listRuns('follower', 20)).find(
            ({ trigger, input }) => trigger === 'tick' && input === undefined,
          ),
        100_000,
      );
      expect((await follower.ended(runId)).status).toBe('SUCCEEDED');
    }, 180_000);
  } else {
    it(`the schedule, fired by hand, starts a poll (${limit('schedules') ?? ''})`, async () => {
      const at = new Date('2026-01-01T00:00:00Z');
      await reach().fire('follower', at);
      const run = await reach().pipeline('follower').ended(`follower@${at.toISOString()}`);
      expect(run).toMatchObject({ status: 'SUCCEEDED', trigger: 'tick' });
    });
  }

  const forgets = limit('timeToLive') === undefined;
  it(`both tables ${forgets ? 'forget' : 'do not forget'} what has expired`, async () => {
    const { control, record } = reach().pipeline('probe').published.tables;
    expect(await reach().forgets(control)).toBe(forgets);
    expect(await reach().forgets(record)).toBe(forgets);
  });

  const moves = limit('moveMessages') === undefined;
  it(`what cannot be read is parked, and ${moves ? 'moved back' : 'not moved back'}`, async () => {
    const probe = reach().pipeline('probe');
    const { deadLetters = '', parked = '' } = probe.published.queues;
    await probe.sqs.send(new SendMessageCommand({ QueueUrl: deadLetters, MessageBody: 'what?' }));
    await until('it is parked', async () => (await waiting(probe, parked)) === 1 || undefined);
    const SourceArn = await arnOf(probe, parked);
    const move = probe.sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn,
        DestinationArn: await arnOf(probe, deadLetters),
      }),
    );
    if (!moves) {
      await expect(move).rejects.toThrow();
      return;
    }
    await move;
    await until('it has been moved', async () => {
      const { Results = [] } = await probe.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
      const [task] = Results;
      return (
        (task?.Status === 'COMPLETED' && task.ApproximateNumberOfMessagesMoved === 1) || undefined
      );
    });
    await until(
      'it is parked again',
      async () => (await waiting(probe, parked)) === 1 || undefined,
    );
  });
}

async function attributesOf({ sqs }: PipelineView, QueueUrl: string) {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return Attributes;
}

const waiting = async (pipeline: PipelineView, queueUrl: string): Promise<number> =>
  Number((await attributesOf(pipeline, queueUrl)).ApproximateNumberOfMessages);

const arnOf = async (pipeline: PipelineView, queueUrl: string): Promise<string> =>
  String((await attributesOf(pipeline, queueUrl)).QueueArn);
