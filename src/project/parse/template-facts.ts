/** What a SQL file's template uses, from the cache when neither the file nor what it was folded with has changed. */
import { hash } from 'node:crypto'
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { DispatchRule, SourceFile } from '../read/project.ts'
import { checkTemplate } from '../template/check-template.ts'
import { collectFacts } from '../template/collect-facts.ts'
import { parseTemplate } from '../template/parse-template.ts'
import type { TemplateEnvironment, TemplateFacts } from '../template/template.ts'

/** Keeps facts between commands; the caller binds them to the file's text and to what facts depend on. */
export interface FactsCache {
  get(file: SourceFile): TemplateFacts | undefined
  set(file: SourceFile, facts: TemplateFacts): void
}

/** undefined when the file has faults; they are pushed to `faults`. */
export function templateFacts(
  file: SourceFile,
  environment: TemplateEnvironment,
  cache: FactsCache | undefined,
  faults: Diagnostic[],
): TemplateFacts | undefined {
  const cached = cache?.get(file)
  if (cached !== undefined) return cached
  const parsed = parseTemplate(file)
  if (!parsed.ok) {
    faults.push(...parsed.diagnostics)
    return undefined
  }
  const checked = checkTemplate(parsed.value, environment)
  if (checked.length > 0) {
    faults.push(...checked)
    return undefined
  }
  const collected = collectFacts(parsed.value, environment)
  if (!collected.ok) {
    faults.push(...collected.diagnostics)
    return undefined
  }
  cache?.set(file, collected.value)
  return collected.value
}

/** A hash of all that facts depend on besides the file itself; the values of `env` are compared one by one. */
export function factsContext(
  environment: TemplateEnvironment,
  macros: readonly SourceFile[],
  dispatch: readonly DispatchRule[],
): string {
  const parts = [
    environment.adapter,
    environment.projectName,
    environment.rootName ?? '',
    environment.vars,
    environment.target,
    environment.declared ?? null,
    dispatch,
    macros.map((file) => [file.path, file.checksum]),
  ]
  return hash('sha256', JSON.stringify(parts))
}

/** Facts as they come back from a cache that only this module writes: one look tells them from anything else. */
export function isTemplateFacts(value: unknown): value is TemplateFacts {
  return typeof value === 'object' && value !== null && 'references' in value && 'envUsed' in value
}
