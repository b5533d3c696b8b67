/** A hook's template checked, and what it refers to and uses, with places in the file where the hook is written. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { Hook } from '../../../core/node/hook.ts'
import type { Json } from '../../../core/json.ts'
import { checkTemplate } from '../../template/check-template.ts'
import { collectFacts } from '../../template/collect-facts.ts'
import { later, type Value } from '../../template/evaluate/value.ts'
import { helperSignatures, rootNames } from '../../template/helpers/signatures.ts'
import { inHook, parseHook, referenceInHook } from '../../template/hook-template.ts'
import type { TemplateEnvironment, TemplateFacts } from '../../template/template.ts'
import type { Draft } from '../drafts/draft.ts'

export interface HookScope {
  /** False for the hooks of a run. */
  readonly hasThis: boolean
  /** Names it knows beside those of every template. */
  readonly names: readonly string[]
  /** Of those names that have one before the run. */
  readonly values?: ReadonlyMap<string, Json>
}

const nodeScope: HookScope = { hasThis: true, names: [] }

/** A hook configures nothing, and where cursors stand is for the node's own SQL. */
const notInHooks: ReadonlySet<string> = new Set(['config', 'new_rows', 'touched_keys'])
const hookHelpers: ReadonlySet<string> = new Set(
  Object.keys(helperSignatures).filter((name) => !notInHooks.has(name)),
)

/** Keeps what was found of a hook: one in a config tree is that of many nodes. */
export class HookReader {
  readonly #environment: TemplateEnvironment
  readonly #faults: Diagnostic[]
  readonly #known = new Map<Hook['span'], TemplateFacts | undefined>()

  constructor(environment: TemplateEnvironment, faults: Diagnostic[]) {
    this.#environment = environment
    this.#faults = faults
  }

  /** undefined when the hook has faults; they are told. */
  factsOf(hook: Hook, scope: HookScope): TemplateFacts | undefined {
    if (this.#known.has(hook.span)) return this.#known.get(hook.span)
    const facts = this.#read(hook, scope)
    this.#known.set(hook.span, facts)
    return facts
  }

  /** What a node's hooks refer to is upstream of it. */
  withHooks(draft: Draft): Draft {
    if (!('hooks' in draft.node)) return draft
    const { pre, post } = draft.node.hooks
    if (pre.length + post.length === 0) return draft
    const found = [...pre, ...post].flatMap((hook) => this.factsOf(hook, nodeScope) ?? [])
    const hookReferences = found.flatMap(({ references }) => references)
    return { ...draft, facts: found.reduce(joined, draft.facts), hookReferences }
  }

  #read(hook: Hook, { hasThis, names, values }: HookScope): TemplateFacts | undefined {
    const parsed = parseHook(hook)
    if (!parsed.ok) return this.#refuse(parsed.diagnostics)
    const faults = checkTemplate(parsed.value, this.#environment, {
      hasThis,
      allowsConfig: false,
      helpers: hookHelpers,
      rootNames: [...rootNames, ...names],
    })
    if (faults.length > 0) return this.#refuse(inHook(hook, faults))
    const known = new Map<string, Value>(names.map((name) => [name, values?.get(name) ?? later]))
    const facts = collectFacts(parsed.value, this.#environment, known)
    if (!facts.ok) return this.#refuse(inHook(hook, facts.diagnostics))
    const references = facts.value.references.map((each) => referenceInHook(hook, each))
    return { ...facts.value, references }
  }

  #refuse(faults: readonly Diagnostic[]): undefined {
    this.#faults.push(...faults)
    return undefined
  }
}

/** The rows are those of the node's own template: its hooks say nothing of their stability. */
function joined(facts: TemplateFacts, hook: TemplateFacts): TemplateFacts {
  const union = (left: readonly string[], right: readonly string[]) => [
    ...new Set([...left, ...right]),
  ]
  return {
    ...facts,
    varsUsed: union(facts.varsUsed, hook.varsUsed),
    envUsed: union(facts.envUsed, hook.envUsed),
    macrosUsed: union(facts.macrosUsed, hook.macrosUsed),
  }
}
