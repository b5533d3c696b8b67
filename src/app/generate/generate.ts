/** `generate`: demo data of the kind asked for. */
import type { Outcome, Surroundings } from '../surroundings.ts'
import { generateExperiment } from './experiment/generate-experiment.ts'
import { generateEvents } from './generate-events.ts'
import type { GenerateOptions, GenerateValue } from './generate-use-case.ts'

export async function generate(
  options: GenerateOptions,
  surroundings: Surroundings,
): Promise<Outcome<GenerateValue>> {
  return options.kind === 'events'
    ? await generateEvents(options, surroundings)
    : await generateExperiment(options, surroundings)
}
