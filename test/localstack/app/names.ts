/** The stacks of the suite, and what they publish of their pipelines. */
export const stacks = { probe: 'PollardProbe', follower: 'PollardFollower' } as const;
export type PipelineName = keyof typeof stacks;
export const pipelineNames: readonly PipelineName[] = ['probe', 'follower'];

export const parameterOf = {
  probe: '/pollard/PollardProbe/Probe',
  follower: '/pollard/PollardFollower/Follower',
};

/** The secrets of the probe: made by the suite before it deploys. */
export const secrets = {
  token: { from: 'ssm', id: '/pollard-suite/token', value: 'the token' },
  key: { from: 'secretsManager', id: 'pollard-suite/key', value: 'the key' },
} as const;
