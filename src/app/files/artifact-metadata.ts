/** What the head of every artifact says of the command that wrote it. */
import type { ArtifactMetadata } from '../../transform/artifacts/metadata-json.ts'
import type { Surroundings } from '../surroundings.ts'

export function artifactMetadata(
  surroundings: Surroundings,
  started: Date,
  invocationId: string,
): ArtifactMetadata {
  const generated = surroundings.now()
  return {
    invocationId,
    invocationStartedAt: started.toISOString(),
    generatedAt: generated.toISOString(),
    generatedAtSeconds: generated.getTime() / 1000,
    version: surroundings.version,
    custom: customOf(surroundings),
  }
}

const customPrefix = /^(?:ASSAY|DBT)_ENV_CUSTOM_ENV_(?=.)/

/** Ours goes before dbt's of the same name. */
function customOf({ env, secrets }: Surroundings): Readonly<Record<string, string>> {
  const found = Object.entries(env).flatMap(([name, value]) =>
    customPrefix.test(name) && value !== undefined ? [{ name, value }] : [],
  )
  return Object.fromEntries(
    found
      .toSorted((left, right) => (left.name > right.name ? -1 : 1))
      .map(({ name, value }) => [name.replace(customPrefix, ''), secrets.hide(value)]),
  )
}
