/** What a TypeScript model says of itself, as what a template would say. */
import type { ModelFacts } from '../../typescript/module.ts'
import type { TemplateFacts } from '../../template/template.ts'

export function typescriptFacts(model: ModelFacts): TemplateFacts {
  const config = Object.entries(model.config).map(([key, entry]) => [key, [entry]] as const)
  return {
    references: model.references,
    cursorReads: model.cursorReads,
    config: Object.fromEntries(config),
    varsUsed: [],
    envUsed: [],
    macrosUsed: [],
    dependsOnDatabase: false,
    asksIncremental: model.asksIncremental,
    isStable: model.unstable === undefined,
  }
}
