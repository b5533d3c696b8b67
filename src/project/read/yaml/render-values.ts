/** Placed values with templates in their texts to the same values rendered. */
import type { Diagnostic, SourceSpan } from '../../../core/diagnostic.ts'
import type { JsonObject } from '../../../core/json.ts'
import { never } from '../../../core/never.ts'
import type { Result } from '../../../core/result.ts'
import type { AdapterName } from '../../../core/target.ts'
import { type PlacedValue, placedScalar } from './placed-value.ts'
import { readRenderedScalar } from './read-scalar.ts'

/** What templates in YAML may use. */
export interface ScalarEnvironment {
  readonly adapter: AdapterName
  readonly projectName: string
  readonly vars: JsonObject
  readonly env: Readonly<Record<string, string | undefined>>
  /** Only the values of a target may hold secrets: all others end up in artifacts and logs. */
  readonly secrets: 'allowed' | 'refused'
  readonly target: JsonObject
}

export type MakeRender = (environment: ScalarEnvironment) => Rendering['render']

interface RenderedText {
  readonly text: string
  /** False: it held no tag after all (`\\{{`), so it is text as it was. */
  readonly isTemplate: boolean
}

export interface Rendering {
  readonly render: (text: string, span: SourceSpan) => Result<RenderedText>
  /** Keys whose values stay as they are, at any depth: they are rendered later, with more to call. */
  readonly keep: ReadonlySet<string>
  /** Faults are added here; the text at fault stays a template. */
  readonly faults: Diagnostic[]
}

export const keptHooks = [
  'pre-hook',
  'post-hook',
  'pre_hook',
  'post_hook',
  '+pre-hook',
  '+post-hook',
  '+pre_hook',
  '+post_hook',
] as const

export function renderValues(placed: PlacedValue, rendering: Rendering): PlacedValue {
  switch (placed.kind) {
    case 'scalar': {
      if (typeof placed.value !== 'string' || !placed.value.includes('{{')) return placed
      const result = rendering.render(placed.value, placed.span)
      if (!result.ok) {
        rendering.faults.push(...result.diagnostics)
        return placed
      }
      const { text, isTemplate } = result.value
      const value = isTemplate ? readRenderedScalar(text) : text
      const rendered = placedScalar(value, placed.span, text)
      return isTemplate ? { ...rendered, template: placed.value } : rendered
    }
    case 'list':
      return { ...placed, items: placed.items.map((item) => renderValues(item, rendering)) }
    case 'map': {
      const entries = placed.entries.map((entry) =>
        rendering.keep.has(entry.key)
          ? entry
          : { ...entry, value: renderValues(entry.value, rendering) },
      )
      return { ...placed, entries }
    }
    default:
      return never(placed)
  }
}
