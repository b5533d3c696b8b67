/** What the head of every artifact says of the command that wrote it. */
import type { ArtifactMetadata } from '../transform/artifacts/metadata-json.ts'
import type { Surroundings } from './surroundings.ts'

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
  }
}
