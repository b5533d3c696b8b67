/** Whether SQL is meant for every database that a project has targets on. */
import type { Diagnostic, SourceSpan } from '../../core/diagnostic.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { MacroDefinition } from '../../project/template/template.ts'

export function isForSeveral({ project }: Manifest): boolean {
  return project.targetTypes.length > 1
}

/** True for what a macro's variant for one adapter has written: the others have one of their own. */
export function isOfOneAdapter({ environment }: Manifest, { span, related }: Diagnostic): boolean {
  const places = [span, ...(related ?? []).map((place) => place.span)]
  return places.some((place) =>
    [...environment.library.macros.values()]
      .flat()
      .some((definition) => definition.adapter !== undefined && isInside(definition, place)),
  )
}

function isInside(definition: MacroDefinition, place: SourceSpan | undefined): boolean {
  const { source } = definition
  if (place?.path !== source.path) return false
  if (definition.language === 'typescript') return true
  const [first, last] = [definition.body[0], definition.body.at(-1)]
  if (first === undefined || last === undefined) return false
  const offset = (source.lineStarts[place.line - 1] ?? 0) + place.column - 1
  return offset >= first.range.start && offset < last.range.end
}
