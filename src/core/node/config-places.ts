/** Where the configs of a node are written, so that a fault of one of them points there. */
import type { Diagnostic, SourceSpan } from '../diagnostic.ts'

/** By the name of the config; one that nobody wrote is not among them. */
export type ConfigPlaces = Readonly<Record<string, { readonly span: SourceSpan }>>

export interface Placed {
  readonly span: SourceSpan
  readonly configPlaces?: ConfigPlaces
}

/** Of the first of these configs that is written; where none is, of the node. */
export function configSpan({ span, configPlaces }: Placed, ...configs: readonly string[]) {
  const written = configs.find((config) => configPlaces?.[config] !== undefined)
  return written === undefined ? span : (configPlaces?.[written]?.span ?? span)
}

/** What a fault of a node says without a place: the config it is about, or the node. */
export function placedAt(node: Placed, { config, ...fault }: Diagnostic): Diagnostic {
  return { span: configSpan(node, ...(config === undefined ? [] : [config])), ...fault }
}
