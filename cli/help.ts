/** The commands, but for `dev`, which has options of its own. */
export type CommandName =
  | 'init'
  | 'start'
  | 'runs'
  | 'show'
  | 'watch'
  | 'failures'
  | 'redrive'
  | 'cancel'
  | 'pause'
  | 'resume'
  | 'records'
  | 'doctor'
  | 'plan';

/** What `--help` says below the options. */
export const helpOf = (command: CommandName | 'pollard'): string => `\n${texts[command]}`;

const runArgument =
  'RUN is a run id, a part of one that only one of the last 100 runs has, or latest (the default).';

const texts: Readonly<Record<CommandName | 'pollard', string>> = {
  pollard: `Where it looks: AWS, as the AWS CLI would (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL …), or the options
of each command. The pipeline is found by what its stack publishes in SSM below /pollard/.

Exit codes: 0 done, and a run that was waited for is SUCCEEDED or PARTIAL; 1 the run failed or was not
started; 2 it cannot be done: a bad option, no such run, no access; 130 Ctrl-C (the run goes on).

Examples:
  pollard init weather              a new project in the folder weather
  pollard dev                       a run here, on a cloud in this process
  pollard start --wait              start a run and follow it
  pollard runs                      the last runs
  pollard show                      the newest run: what failed, why, what next
  pollard redrive --wait            collect what is missing of it
  pollard plan --objects 1000000    how long a poll will take, and what it will cost
`,
  init: `The folder is the working directory where none is named. Files that are there stay as they are.

Examples:
  npx pollard-aws init weather && cd weather && npm install && npm start
`,
  start: `Examples:
  pollard start                                 a run now
  pollard start --wait                          … and its progress, to its end
  pollard start --at 2026-03-01T12:00Z          the run of a tick that was missed
  pollard start --from 2026-03-01T00:00Z --to 2026-03-01T06:00Z
                                                those of a span of ticks, one after the other
  pollard start --input '{"since":"2026-01-01"}'
`,
  runs: `On a terminal a table; else a line a run, its cells with tabs between them.

Examples:
  pollard runs -n 5
  pollard runs --json | jq '.[] | select(.counts.failed > 0) | .runId'
`,
  show: `${runArgument}
The exit code is 1 where the run has failed.

Examples:
  pollard show
  pollard show resources@2026-03-01T12:00:00.000Z --json
`,
  watch: `${runArgument}

Examples:
  pollard watch
  pollard watch --pipeline resources
`,
  failures: `${runArgument}
With --json an object of JSON a line.

Examples:
  pollard failures | cut -f1                    the objects that failed
  pollard failures --json | jq -r .error | sort | uniq -c
`,
  redrive: `${runArgument}
A run of its own over the objects that failed or were pending and the pages that were not listed, with the input and
the state of the old run, which then says redrivenBy.

Examples:
  pollard redrive --wait
`,
  cancel: `${runArgument}

Examples:
  pollard cancel --wait
`,
  pause: `Examples:
  pollard pause --pipeline resources
`,
  resume: `Examples:
  pollard resume --pipeline resources
`,
  records: `Streamed: a record is written as it is read.

Examples:
  pollard records resource-000042               an object's history
  pollard records --run > records.ndjson        all records of the newest run
  pollard records --run RUN | jq -r .objectId
`,
  doctor: `The exit code is 1 where something stands in the way of a deployment.

Examples:
  pollard doctor --profile production
`,
  plan: `A simulation, without an account: needs no credentials but for --from-run. The defaults are the post's 2,000 objects.
A warning leaves the exit code 0.

Examples:
  pollard plan                                            the post's poll
  pollard plan --objects 1000000 --page-size 500 --pages parallel --period 30m
  pollard plan --objects 50000 --source-concurrency 200 --failure-rate 1
  pollard plan --from-run --period 5m                     as the newest run went
  pollard plan --json | jq .costUsd
`,
};
