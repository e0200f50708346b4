import { readFile } from 'node:fs/promises';
import {
  executePlan,
  openJournal,
  openRegistryRepository,
  resumePlan,
  type Place,
  type Plan,
} from '#core/cleanup/index';
import { createRegistryClient } from '#core/registry/index';
import { parseRepositoryName } from '#oci/repository-name';

/** What the child does: carry out a plan, or go on with an entry. */
export type ChildOrder = {
  readonly origin: string;
  readonly journalDir: string;
  readonly place: Place;
  readonly plan?: Plan;
  readonly resume?: string;
  /** The entry that the plan takes back. */
  readonly undoes?: string;
};

/** A process of its own that carries out a plan and prints the report; tests end it in the middle. */
const main = async (): Promise<void> => {
  const order = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as ChildOrder;
  const client = createRegistryClient({
    origin: order.origin,
    resolveCredential: () => Promise.resolve(undefined),
    userAgent: 'tagboat-test',
  });
  const repository = openRegistryRepository(client, parseRepositoryName(order.place.repository));
  const journal = openJournal(order.journalDir);
  const shared = { repository, journal };
  const undoes = order.undoes === undefined ? undefined : await journal.open(order.undoes);
  const report =
    order.plan === undefined
      ? await resumePlan({ ...shared, id: order.resume ?? '' })
      : await executePlan({ ...shared, place: order.place, plan: order.plan, undoes });
  process.stdout.write(JSON.stringify(report));
  await client.close();
};

await main();
