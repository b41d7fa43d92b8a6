const HELP = {
  start: `npm start
  Installs and builds what changed, starts everything on 127.0.0.1, prints the addresses, runs until Ctrl-C.
  If it already runs, says so and ends with exit code 0 (1 if it runs with the other --cdc).

  --cdc debezium   Debezium on Kafka Connect reads the outboxes instead of the embedded log reader (default: embedded, or
                   CDC_ENGINE). The data stay the same: change your mind at any start.

  --docker         the same in containers, by docker-compose.yml (there Debezium is the default). Chosen by itself where Docker runs
                   and a JDK, Maven or pip is missing. Data and secrets are in volumes: docker compose down -v removes them.

  Settings come from the environment or from .env in the root; .env.example lists them. For one:
    BOARD_PORT=9102 npm start
  A second sandbox beside the first: SANDBOX_DIRECTORY and other ports.`,
  test: `npm test
  Lint, boundaries, types, build, unit tests, tests with real parts, end-to-end tests. Closes with "N passed, N failed".
    npm test -- --only unit     one step, by name (npm test -- --list)
    npm test -- --docker        real parts in containers. Without a Docker engine the step "containers" is skipped, and counted as that.`,
  build: `npm run build
  Installs what changed and compiles all services to dist/.
  --cdc debezium   fetches Kafka Connect and Debezium as well, for benchmarks and crash tests.`,
  status: `npm run status
  A table of processes: state, pid, port, memory, CPU, restarts. Exit code 0 if all are healthy. --json for programs.`,
  logs: `npm run logs -- NAME
  The end of a process's log, then whatever it writes, until Ctrl-C. --no-follow ends at the end. Without NAME: the names.`,
  sql: `npm run sql -- DATABASE "SELECT ..."
  Runs SQL on the running sandbox's primary, as the role that owns the database (member or board), and prints the rows.
  --on replica-2 DATABASE "..."   elsewhere: on primary, replica-1 or replica-2
  --superuser DATABASE "..."   as the superuser, to break what a service may not.`,
  'dead-letters': `npm run dead-letters -- list
  Records that a service could not process, on the running sandbox. Ids are <topic>:<partition>:<offset>:<group>.
    list                     open ones; --state replayed|discarded, --topic, --group, --code, --key, --limit narrow it down
    show ID                  headers, the beginning of the value, what was done about it
    replay ID                publish it again, for the group that had failed; earlier letters of its key go first
    replay --key KEY         all of a key, in order; likewise --topic, --group, --code, or --all.
                             Published again, that is: what fails once more comes back as a new letter
    discard ID --reason "..."   settle it without a replay
    audit                    who did what, when and why
  --json for programs. Exit code 1 if something was refused or is left.`,
  restart: `npm run restart -- NAME
  Starts a service anew without a gap: a new one takes over, then the old one ends. --all: every service, one after the other.
  They come up with what the last npm run build has compiled.`,
  reconcile: `npm run reconcile -- DATABASE
  When cdc halts with CDC_SLOT_MISSING, CDC_SLOT_LOST or CDC_RECONCILE_UNFINISHED: makes the slot anew and publishes what the
  outbox of the database (member or board) holds and its topic does not; then cdc goes on. May be killed, and run again.
  --force compares outbox and topic also where the slot is in order; cdc halts meanwhile.`,
  scenario: `npm run scenario -- NAME
  Plays a story on the running sandbox, and says which promises were kept. --list: the names (docs/scenarios.md says what each shows).
    --naive          with the scenario's pattern switched off: then a promise has to break
    --compare        both ways, side by side
    --seed N         the same choices again; --runs N: so many seeds from there on
    --save FILE      all that is told, a line of JSON each; replay FILE tells it again, also where nothing runs
  --json for programs. Exit code 0 if all is as it should be, 1 if not, 2 if the call is wrong. Ctrl-C takes back what the lab did.`,
  stop: `npm run stop
  Ends the sandbox, or what a killed one left behind.`,
  reset: `npm run reset
  Deletes all data, logs and secrets of the sandbox, after asking (--yes answers). Keeps what was downloaded.`,
};

/** @param {string} command */
export function helpFor(command) {
  const own = /** @type {Record<string, string | undefined>} */ (HELP)[command];
  return own ?? Object.values(HELP).join('\n\n');
}
