/** `generate events`: the messages of a made-up shop, to files that `ingest` or `seed` can read; the same seed, the same bytes. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { writeTarget } from '../files/write-target.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import { refuseFiles } from './files-in-the-way.ts'
import type { GenerateEventsOptions, GenerateValue } from './generate-use-case.ts'
import { dayMs } from './shop.ts'
import { traffic } from './traffic.ts'
import { writeCsv, writeJsonLines } from './write-arrivals.ts'

export async function generateEvents(
  options: GenerateEventsOptions,
  surroundings: Surroundings,
): Promise<Outcome<GenerateValue>> {
  const { cwd, signal, now } = surroundings
  const output = resolve(cwd, options.output)
  const inTheWay = filesInTheWay(options, output)
  if (inTheWay.length > 0) return refuseFiles(inTheWay, cwd)
  const folder = options.format === 'csv' ? dirname(output) : output
  const failed = writeTarget(cwd, () => mkdirSync(folder, { recursive: true }))
  if (failed !== undefined) return { kind: 'invalid', diagnostics: [failed] }
  const began = now().getTime()
  const from = Date.parse(`${options.start}T00:00:00Z`)
  const arrivals = traffic({ ...options, period: { from, to: from + options.days * dayMs } })
  const write = options.format === 'csv' ? writeCsv : writeJsonLines
  const written = await write(arrivals, { output, batchSize: options.batchSize, signal })
  return {
    kind: 'done',
    exitCode: written.isInterrupted ? 130 : 0,
    value: {
      events: options.events,
      lines: written.lines,
      leftOut: written.leftOut,
      files: written.files.length,
      output: relative(cwd, output),
      dirt: written.dirt,
      elapsedMs: now().getTime() - began,
    },
  }
}

/** Batches of another run would be read as if they were of this one. */
function filesInTheWay({ format }: GenerateEventsOptions, output: string): readonly string[] {
  if (!existsSync(output)) return []
  if (format === 'csv') return [output]
  return readdirSync(output)
    .filter((name) => /^events_\d+\.jsonl$/.test(name))
    .toSorted()
    .slice(0, 1)
    .map((name) => join(output, name))
}
