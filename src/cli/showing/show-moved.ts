/** What went out of the database or into it, as the text or JSON that was asked for. */
import type { EraseValue, ExportValue, PruneValue } from '../../app/use-cases.ts'
import { type CallOf, type RequestRun, tellPeople } from './request-run.ts'

export async function showExported(
  run: RequestRun,
  { output }: CallOf<'export'>,
  value: ExportValue,
): Promise<void> {
  const { exportClosing, exportJson } = await import('../render/data/exported.ts')
  const { exports, isFine, elapsedMs } = value
  tellPeople(run, {
    lines: [...(exports.length === 0 ? [] : ['']), exportClosing(value, run.screen.people.paint)],
    json: {
      type: 'export-finished',
      fields: { exported: exports.length, is_fine: isFine, elapsed_ms: elapsedMs },
    },
  })
  if (output === 'json') await run.screen.printResult(exportJson(value))
}

export async function showErased(
  run: RequestRun,
  { output }: CallOf<'erase'>,
  value: EraseValue,
): Promise<void> {
  const { eraseFields, eraseJson, eraseText } = await import('../render/data/erased.ts')
  if (output === 'json') return run.screen.printResult(eraseJson(value))
  tellPeople(run, {
    lines: eraseText(value, run.screen.people.paint),
    json: { type: 'erased', fields: eraseFields(value) },
    isNeeded: value.stage !== 'done' || value.left.length > 0,
  })
}

export async function showPruned(
  run: RequestRun,
  { output }: CallOf<'prune'>,
  value: PruneValue,
): Promise<void> {
  const { pruneFields, pruneJson, pruneText } = await import('../render/data/pruned.ts')
  if (output === 'json') return run.screen.printResult(pruneJson(value))
  tellPeople(run, {
    lines: pruneText(value, run.screen.people.paint),
    json: { type: 'pruned', fields: pruneFields(value) },
    isNeeded: !value.isDone,
  })
}
