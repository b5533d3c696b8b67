/** Writes the rows of a generator to a table while it reads: at once where it reads apart, else when it has ended. */
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import type { BuiltNode } from '../../../core/node.ts'
import { spool } from '../../../core/system/spool.ts'
import type { StrayGuard } from '../../../core/stray-errors.ts'
import type { RowHost, Step } from '../../plan/publish-unit.ts'
import { StepError } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'
import type { Generating, StepRunner } from '../step-runner.ts'
import type { Cells } from './generate-rows.ts'
import { openSpoolFolder, spoolFolder } from './spool-folder.ts'
import { untilClosed } from './until-closed.ts'

/** Gives the count of rows. */
export async function writeGenerated(
  { adapter, session, node, generating }: StepRunner,
  step: Extract<Step, { readonly kind: 'generated-rows' }>,
): Promise<number> {
  if (generating === undefined) throw new Error(`${node.uniqueId} is not to be generated here`)
  const { folder, signal, log, strays } = generating
  const spools = openSpoolFolder(folder)
  const reader = untilClosed(await session.openReader({ folder: spools.path }))
  const host: RowHost = { adapter, reader, signal, log, strays }
  let yielded = 0
  const counted = async function* (): AsyncGenerator<Cells> {
    for await (const cells of step.rows(host)) {
      yielded += 1
      yield cells
    }
  }
  let written: number
  try {
    if (reader.isApart) {
      written = await session.appendText(step.into, step.columns, counted())
    } else {
      const spooled = await spool(spools.path, counted())
      try {
        await reader.close()
        written = await session.appendText(step.into, step.columns, spooled.items())
      } finally {
        await spooled.remove()
      }
    }
  } finally {
    await reader.close()
    await spools.remove()
  }
  if (written === yielded) return written
  throw new StepError([
    errorDiagnostic({
      code: 'rows-lost',
      message: `expected the ${yielded} rows that "${node.name}" yielded, found ${written} written`,
      span: node.span,
    }),
  ])
}

/** undefined: no code of the project gives its rows. */
export function generatingOf(
  { signal, manifest, emit }: Pick<RunContext, 'signal' | 'manifest' | 'emit'>,
  node: BuiltNode,
  strays: StrayGuard | undefined,
): Generating | undefined {
  if (strays === undefined) return undefined
  return {
    signal,
    folder: spoolFolder(manifest.project.targetPath),
    log: (message) => emit({ type: 'log', message, node: node.name }),
    strays,
  }
}
