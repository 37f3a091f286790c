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
];
