/** The name of a command, except `dev`, which has the options of `npm start`. */
export type CommandName =
  | 'init'
  | 'start'
  | 'runs'
  | 'cost'
  | 'show'
  | 'watch'
  | 'failures'
  | 'logs'
  | 'redrive'
  | 'cancel'
  | 'pause'
  | 'source'
  | 'resume'
  | 'records'
  | 'forget'
  | 'ui'
  | 'doctor'
  | 'plan';

/** Returns the help of a command that follows its options. Lines have at most 80 columns. */
export const helpOf = (command: CommandName | 'pollard'): string => `\n${texts[command]}`;

const runArgument = `RUN is a run id, a part of an id that only one of the last 100 runs has, or
latest (the default): the run under way that was started last, or else the run
that was started last.`;

const texts: Readonly<Record<CommandName | 'pollard', string>> = {
  pollard: `Reads the variables of the AWS CLI (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL);
the options of each command override them. Finds a pipeline by the SSM parameter
that its stack publishes under /pollard/.

Exit codes:
  0    done; a run that was waited for is SUCCEEDED or PARTIAL
  1    the run failed, or was not started
  2    it cannot be done: a bad option, no such run, no access
  130  Ctrl-C; a deployed run continues

Examples:
  pollard init weather             a new project in the folder weather
  pollard dev                      a run here, on a cloud in this process
  pollard start --wait             start a run and follow it
  pollard runs                     the last runs
  pollard show                     the latest run: failures, causes, next steps
  pollard redrive --wait           collect what the latest run is missing
  pollard ui                       all of this in the browser
  pollard plan --objects 1000000   how long a poll takes, and what it costs
`,
  init: `Without DIR, the project is created in the working directory. Existing files are
not overwritten.

Examples:
  npx pollard-aws init weather && cd weather && npm install && npm start
`,
  start: `Examples:
  pollard start                          a run now
  pollard start --wait                   a run now, followed to its end
  pollard start --at 2026-03-01T12:00Z   the run of a missed tick
  pollard start --from 2026-03-01T00:00Z --to 2026-03-01T06:00Z
                                         the runs of several ticks, in turn
  pollard start --from 2026-03-01 --to 2026-03-07 --gaps --dry-run
                                         the ticks that have no run
  pollard start --gaps --dry-run         of the ticks that were skipped, those
                                         that have no run
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
  pollard failures | cut -f1   the objects that failed
  pollard failures --json | jq -r .error | sort | uniq -c
`,
  cost: `Adds up, of the runs that were started in the span: the orchestration (queues,
requests of functions, the control table), the time of the functions that wait
for the source, the writes of the records; and what the pipeline costs when
idle. The time is what Lambda bills; the requests follow from the counts of the
runs. Storage and logs are not included.

Examples:
  pollard cost
  pollard cost --since 2026-02-01 --until 2026-03-01
  pollard cost --json | jq '[.[].total] | add'
`,
  logs: `${runArgument}
Reads the lines of all functions that name the run from CloudWatch Logs. Lines
that Lambda writes itself, of a timeout or a crash, name no run.

Examples:
  pollard logs
  pollard logs --object station-7
  pollard logs --json | jq -r 'select(.level == "ERROR") | .message'
`,
  redrive: `${runArgument}
The new run collects the objects that failed or were pending, and lists the
pages that were not listed, with the input and the state of the old run. The old
run then has the id of the new one as redrivenBy. Of a run that is
CALLBACK_FAILED, onComplete is called again over its records, with its run id,
and nothing is collected.

Examples:
  pollard redrive --wait
  pollard redrive --since 2026-03-01 --status FAILED
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
  source: `A refused call closes the source, and the rate is learned from the calls that
the source accepts: see docs/governor.md. After reset, the next calls learn the
limit again; a limit that the collector declares stays.

Examples:
  pollard source
  pollard source reset
  pollard source show --key customer-7 --json
`,
  records: `Records are streamed: each is written as soon as it is read.

Examples:
  pollard records resource-000042          an object's history
  pollard records --run > records.ndjson   all records of the newest run
  pollard records --run RUN | jq -r .objectId
`,
  forget: `Deletes the records of an object, its failures, its id and its data on the pages
of all runs, and says what it cannot delete: log lines, backups, what is stored
elsewhere. Shows first what it has found, and asks on a terminal. No run may be
under way. Reads the whole control table once.

Examples:
  pollard forget customer-42 --dry-run
  pollard forget customer-42
  pollard forget customer-42 --yes --json
`,
  ui: `The server runs in this process, with your credentials, until Ctrl-C: nothing is
deployed. Open the address that it prints: it contains a token, and the server
refuses requests without the token. Without --stack and --pipeline, the page
shows all pipelines.

Examples:
  pollard ui               all pipelines
  pollard ui --read-only   without actions
  pollard ui --port 8080   a fixed port, for ssh -L 8080:127.0.0.1:8080
`,
  doctor: `The exit code is 1 if something prevents a deployment.

Examples:
  pollard doctor --profile production
`,
  plan: `Simulates the poll. Needs no AWS account; only --from-run needs credentials. The
defaults describe a poll of 2,000 objects, each with two calls and 2 s of work.
With a warning, the exit code is still 0.

Examples:
  pollard plan                            the default poll
  pollard plan --objects 1000000 --page-size 500 --pages parallel --period 30m
  pollard plan --objects 50000 --source-concurrency 200 --failure-rate 1
  pollard plan --from-run --period 5m     like the latest run
  pollard plan --json | jq .costUsd
`,
};
