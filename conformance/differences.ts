/** Something in which the sandbox is known not to be like the real service, and why it is so. */
export interface Difference {
  /** The service, as in the routes. */
  readonly service: string;
  readonly what: string;
  readonly because: string;
}

/** Every known difference; whoever adds one to the sandbox says it here. */
export const differences: readonly Difference[] = [
  {
    service: 'entra',
    what: 'There is one tenant, and applications and managed identities log in; people do not.',
    because:
      'Nothing that runs unattended logs in as a person, and a page to log in on would prove nothing.',
  },
  {
    service: 'entra',
    what: 'An unknown path is answered with an empty 404.',
    because: 'No document says what the real service answers.',
  },
  {
    service: 'databricks',
    what: 'A run needs no cluster: a notebook is a Python process on this machine, whatever cluster is asked for.',
    because:
      'There are no clusters on a laptop; the time that a cluster takes to start can be set.',
  },
  {
    service: 'databricks',
    what: 'There is no Spark: `spark` says so, but for a small stand-in that reads and makes tables and is labelled as such in the output.',
    because: 'A Spark session takes longer to start than everything else takes to run.',
  },
  {
    service: 'databricks',
    what: 'Scala, R and SQL notebooks are refused by name.',
    because: 'The sandbox runs Python, and nothing is skipped silently.',
  },
  {
    service: 'databricks',
    what: 'The order in which a real registry delivers webhooks, and whether it tries again, is not imitated by default.',
    because:
      'The retry policy of the real sender is not documented; lost, doubled and reordered webhooks are faults that can be asked for.',
  },
  {
    service: 'databricks',
    what: 'A job does not start by itself: schedules and triggers are refused by name.',
    because: 'Everything in the sandbox happens because somebody asked for it.',
  },
  {
    service: 'azure-devops',
    what: 'Jobs run on this machine, whichever pool or image is asked for; containers and images of Windows are refused by name.',
    because:
      'There is one machine; a step that ran on another system than it says would prove the wrong thing.',
  },
  {
    service: 'azure-devops',
    what: 'What the runner of pipelines does not know is refused when the pipeline is loaded, with line and column.',
    because:
      'The real service knows more than a laptop can do, and a step that is left out would make a green run a lie.',
  },
  {
    service: 'azure-devops',
    what: 'Of a build nothing can be changed but its status, to cancelling.',
    because: 'No client that starts and follows runs changes anything else.',
  },
  {
    service: 'azure-devops',
    what: 'ResourceAreas are none, and the location table has only what is emulated.',
    because:
      'An empty list makes every client stay at the address that it was given, which is right for one host.',
  },
  {
    service: 'mlflow',
    what: 'Artifacts are not kept: the server is like one that was started with --no-serve-artifacts.',
    because: 'Models are registered by where they are, and nothing here loads one from the server.',
  },
  {
    service: 'mlflow',
    what: 'Whoever has a password may do everything.',
    because: "The basic-auth app's permissions are no part of what a registry is asked for.",
  },
  {
    service: 'mlflow',
    what: 'Of the host of a webhook only addresses and localhost are judged; other names are taken for public ones.',
    because: 'The real server looks names up, and the sandbox asks nobody outside.',
  },
  {
    service: 'mlflow',
    what: 'Where the real server quotes its database, or the classes of urllib3, the text is cut short or is our own.',
    because: 'The statement that SQLite refused changes with every version.',
  },
  {
    service: 'mlflow',
    what: 'It is 3.17: errors have sqlstate and error_class, and an empty description or secret of a webhook takes the old one away.',
    because:
      'That is what is installed today; in the recorded 3.8 the two are missing, and an empty text changes nothing.',
  },
  {
    service: 'mlflow',
    what: 'A GET takes its fields from the query alone, runs and logged models are not searched by dataset, and logged models keep no metrics.',
    because: 'No client that registers, logs and searches does otherwise.',
  },
  {
    service: 'github',
    what: 'Runs are recorded, not executed: they end as the configuration or a fault says, and their steps and logs say so.',
    because:
      'A runner of GitHub Actions would be another product; who starts and follows runs cannot tell the difference.',
  },
  {
    service: 'github',
    what: 'All repositories are private, each branch is one commit, and inputs are declared in the configuration.',
    because: 'What a caller of the API can see of a workflow is enough to be refused by it.',
  },
  {
    service: 'github',
    what: 'A cancelled run goes on for one second; logs are fetched from one host, and not from a storage account.',
    because: 'No document says how long it takes, and the address is not to be relied on.',
  },
];
