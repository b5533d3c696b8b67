/** The head of an artifact, as a command would give it. */
import type { ArtifactMetadata } from '../../../../src/transform/artifacts/metadata-json.ts'

export const metadata: ArtifactMetadata = {
  invocationId: 'run-1',
  invocationStartedAt: '2026-01-02T03:04:05.000Z',
  generatedAt: '2026-01-02T03:04:06.000Z',
  generatedAtSeconds: 1_767_323_046,
  version: '0.1.0',
  custom: {},
}
