/** `generate experiment`: the raw files of an A/B test with a known effect; the same seed, the same bytes. */
import { existsSync, mkdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { writeTarget } from '../../files/write-target.ts'
import type { Outcome, Surroundings } from '../../surroundings.ts'
import { refuseFiles } from '../files-in-the-way.ts'
import type { GenerateExperimentOptions, GenerateValue } from '../generate-use-case.ts'
import { productsOf, type Trial } from './trial.ts'
import { tableFiles, writeTables } from './write-tables.ts'

export async function generateExperiment(
  options: GenerateExperimentOptions,
  surroundings: Surroundings,
): Promise<Outcome<GenerateValue>> {
  const { cwd, signal, now } = surroundings
  const output = resolve(cwd, options.output)
  const inTheWay = tableFiles.map((name) => join(output, name)).filter((path) => existsSync(path))
  if (inTheWay.length > 0) return refuseFiles(inTheWay, cwd)
  const failed = writeTarget(cwd, () => mkdirSync(output, { recursive: true }))
  if (failed !== undefined) return { kind: 'invalid', diagnostics: [failed] }
  const began = now().getTime()
  const trial: Trial = {
    seed: options.seed,
    users: options.users,
    startMs: Date.parse(`${options.start}T00:00:00Z`),
    days: options.days,
    lift: options.lift,
    products: productsOf(options.seed, options.products),
  }
  const written = await writeTables(trial, { output, dirt: options.dirt, signal })
  return {
    kind: 'done',
    exitCode: written.isInterrupted ? 130 : 0,
    value: {
      events: written.events,
      lines: written.lines,
      leftOut: 0,
      files: tableFiles.length,
      output: relative(cwd, output),
      dirt: written.dirt,
      elapsedMs: now().getTime() - began,
    },
  }
}
