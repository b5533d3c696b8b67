/** The project of this repository into a folder of a test's own, without the framework that surrounds it. */
import { cp, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

const parts = ['assay.yml', 'vars.schema.json', 'models', 'incoming', 'seeds', 'macros', 'analyses']

/** `isWanted` is asked with the place of each file and folder in the repository. */
export async function copyFlagship(
  folder: string,
  isWanted: (path: string) => boolean = () => true,
): Promise<void> {
  for (const path of parts) {
    await cp(join(repository, path), join(folder, path), {
      recursive: true,
      filter: (source) => isWanted(source.slice(repository.length)),
    })
  }
  // Folders below tests/ are the framework's own suite.
  const tests = await readdir(join(repository, 'tests'))
  for (const file of tests.filter((name) => name.endsWith('.sql') && isWanted(name))) {
    await cp(join(repository, 'tests', file), join(folder, 'tests', file))
  }
}

/** Its domains, so that a test of the one does not build the other. */
export const flagshipParts = ['bandits', 'experiments', 'growth'] as const
export type FlagshipPart = (typeof flagshipParts)[number]

/** Nothing wanted: the whole of it. What a path is called says whose it is; macros that several use are in no folder of one. */
export function isOfPart(wanted: readonly FlagshipPart[], path: string): boolean {
  if (wanted.length === 0) return true
  const owner = owners.find(({ names }) => names.test(path))
  return owner === undefined || wanted.includes(owner.part)
}

const owners: readonly { readonly part: FlagshipPart; readonly names: RegExp }[] = [
  { part: 'growth', names: /growth/ },
  { part: 'experiments', names: /experiments?\/|experiment_|configured_events/ },
  {
    part: 'bandits',
    names: /bandit|price_event|_arm|prob_best|propensit|successes|aggregates|analyses\/./,
  },
]
