/** The commands except `dev`, which has options of its own. */
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
  | 'source'
  | 'resume'
  | 'records'
  | 'ui'
  | 'doctor'
  | 'plan';

/** What `--help` says below the options. */
export const helpOf = (command: CommandName | 'pollard'): string => `\n${texts[command]}`;

const runArgument =
  'RUN is a run id, a part of one that only one of the last 100 runs has, or latest (the default):\nthe run under way that was started last, or else the one that was started last.';

const texts: Readonly<Record<CommandName | 'pollard', string>> = {
  pollard: `It looks where the AWS CLI does (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL …), or where the options of each
command say. It finds a pipeline by what its stack publishes in SSM under /pollard/.

Exit codes: 0 done, and a run that was waited for is SUCCEEDED or PARTIAL; 1 the run failed or was not
started; 2 it cannot be done: a bad option, no such run, no access; 130 Ctrl-C (the run continues).

Examples:
  pollard init weather              a new project in the folder weather
  pollard dev                       a run here, on a cloud in this process
  pollard start --wait              start a run and follow it
  pollard runs                      the last runs
  pollard show                      the newest run: what failed, why, what to do next
  pollard redrive --wait            collect what it is missing
  pollard ui                        all of this in the browser
  pollard plan --objects 1000000    how long a poll takes, and what it costs
`,
  init: `Without DIR, the project is created in the working directory. Existing files are not overwritten.

Examples:
  npx pollard-aws init weather && cd weather && npm install && npm start
`,
  start: `Examples:
  pollard start                                 a run now
  pollard start --wait                          … and its progress until it ends
  pollard start --at 2026-03-01T12:00Z          the run of a tick that was missed
  pollard start --from 2026-03-01T00:00Z --to 2026-03-01T06:00Z
                                                the runs of several ticks, one after the other
  pollard start --from 2026-03-01 --to 2026-03-07 --gaps --dry-run
                                                the ticks of a week that have no run
  pollard start --input '{"since":"2026-01-01"}'
`,
  runs: `Prints a table on a terminal, otherwise one run a line with tab-separated cells.

Examples:
  pollard runs -n 5
  pollard runs --since 2026-03-01 --status FAILED
  pollard runs --json | jq '.[] | select(.counts.failed > 0) | .runId'
`,
  show: `${runArgument}
The exit code is 1 if the run has failed.

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
With --json, one JSON object a line.

Examples:
  pollard failures | cut -f1                    the objects that failed
  pollard failures --json | jq -r .error | sort | uniq -c
`,
  redrive: `${runArgument}
The new run collects the objects that failed or were pending and lists the pages that were not listed, with the input
and the state of the old run. The old run then has the id of the new one as redrivenBy.

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
  source: `A source is closed by a refusal, and its rate is learned from what it accepts: docs/governor.md. After reset, the next calls
find the limit anew; a limit that the collector tells stays.

Examples:
  pollard source
  pollard source reset
  pollard source show --key customer-7 --json
`,
  records: `Records are streamed: each is written as soon as it is read.

Examples:
  pollard records resource-000042               an object's history
  pollard records --run > records.ndjson        all records of the newest run
  pollard records --run RUN | jq -r .objectId
`,
  ui: `The server runs in this process, with your credentials, until Ctrl-C: nothing is deployed. Open the address that it prints:
only a browser that has its token is answered. Without --stack and --pipeline the page shows all pipelines.

Examples:
  pollard ui                        all pipelines
  pollard ui --read-only            without actions
  pollard ui --port 8080            a fixed port, for ssh -L 8080:127.0.0.1:8080
`,
  doctor: `The exit code is 1 if something prevents a deployment.

Examples:
  pollard doctor --profile production
`,
  plan: `Simulates the poll. Needs no AWS account; only --from-run needs credentials. The defaults are the post's 2,000 objects.
With a warning, the exit code is still 0.

Examples:
  pollard plan                                            the post's poll
  pollard plan --objects 1000000 --page-size 500 --pages parallel --period 30m
  pollard plan --objects 50000 --source-concurrency 200 --failure-rate 1
  pollard plan --from-run --period 5m                     like the newest run
  pollard plan --json | jq .costUsd
`,
};
