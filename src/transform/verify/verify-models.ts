/** Proves the promise on a sample: full refreshes that must agree, then random histories against a full refresh. */
import type { ModelNode, Node, UniqueId } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Bench } from './sandbox/bench.ts'
import { type Scope, scopeOf } from './choose-scope.ts'
import { explainSandboxFault } from './sandbox/explain-sandbox-fault.ts'
import { findInfluences } from './find-influences.ts'
import { generateHistory, type History } from './history/history.ts'
import { historyFacts, investigate } from './investigate.ts'
import { type BuildFailure, playHistory, type Verdict } from './play-history.ts'
import type { Finding, ModelReport, VerifyReport } from './report.ts'

export interface VerifyRequest {
  readonly scope: Scope
  readonly seed: number
  readonly histories: number
  /** Only this one, without what comes before; undefined: from the first. */
  readonly onlyHistory: number | undefined
  readonly timeoutMs: number
  readonly now: () => Date
  /** The bench with other settings and with less to build. */
  readonly bench: (difference: BenchDifference) => Promise<Bench>
}

export interface BenchDifference {
  readonly scope: Omit<Scope, 'skipped'>
  readonly isElsewhere: boolean
  readonly isLater: boolean
}

/** Shrinking begun shortly before the end of the time gets so long. */
const shrinkMs = 30_000

/** A fault: nothing could be verified. */
export async function verifyModels(request: VerifyRequest): Promise<Result<VerifyReport>> {
  const verification = new Verification(request)
  if (request.onlyHistory === undefined) {
    const whole = await verification.checkInfluences()
    if (!whole.ok) return whole
  }
  const { histories, onlyHistory } = request
  const all = Array.from({ length: histories }, (_, index) => index + 1)
  const played = await verification.playHistories(onlyHistory === undefined ? all : [onlyHistory])
  return played.ok ? success(await verification.report()) : played
}

/** Nothing was selected that can be verified. */
export function nothingVerified({ skipped }: Scope, seed: number): VerifyReport {
  const models = skipped.map((model) => ({ status: 'skipped', ...model }) as const)
  const counts = { histories: 0, historiesAsked: 0, builds: 0, kills: 0, unusable: 0 }
  return { seed, models, findings: [], roots: [], ...counts }
}

class Verification {
  readonly #request: VerifyRequest
  readonly #end: number
  readonly #findings: Finding[] = []
  /** Of these, and of what reads them, nothing more can be found out. */
  readonly #settled = new Set<UniqueId>()
  #histories = 0
  #builds = 0
  #kills = 0
  #unusable = 0

  constructor(request: VerifyRequest) {
    this.#request = request
    this.#end = request.now().getTime() + request.timeoutMs
  }

  async checkInfluences(): Promise<Result<undefined>> {
    const { scope, bench, seed } = this.#request
    const usual = { scope, isElsewhere: false, isLater: false }
    const found = await findInfluences(seed, {
      usual: await bench(usual),
      elsewhere: await bench({ ...usual, isElsewhere: true }),
      later: await bench({ ...usual, isLater: true }),
    })
    if (!found.ok) return found
    this.#findings.push(...found.value)
    for (const { influence, moved } of found.value) {
      if (influence === 'order') for (const id of moved) this.#settled.add(id)
    }
    return success(undefined)
  }

  /** A fault: none of them could be judged. */
  async playHistories(numbers: readonly number[]): Promise<Result<undefined>> {
    let unusable: BuildFailure | undefined
    for (const number of numbers) {
      const bench = await this.#openBench()
      if (bench.scope.compared.length === 0 || this.#isLate()) break
      const history = generateHistory(this.#request.seed, number, historyFacts(bench))
      const verdict = await playHistory(bench, history)
      this.#count(history)
      if (verdict.kind === 'unusable') {
        this.#unusable += 1
        unusable = verdict.failure
      }
      for (const node of culprits(verdict)) {
        await this.#investigate(bench, { node, number, history })
      }
    }
    if (unusable === undefined || this.#unusable < this.#histories) return success(undefined)
    const { node, diagnostics } = unusable
    return failure(diagnostics.map((fault) => explainSandboxFault(node, fault)))
  }

  async report(): Promise<VerifyReport> {
    const { scope, seed, histories, onlyHistory } = this.#request
    const bench = await this.#openBench(scope)
    const models = scope.compared.filter(({ uniqueId }) => this.#isReported(uniqueId))
    return {
      seed,
      models: [
        ...models.map((node) => this.#reportOf(bench, node)),
        ...scope.skipped.map((skipped) => ({ status: 'skipped', ...skipped }) as const),
      ],
      findings: this.#findings,
      roots: bench.roots,
      histories: this.#histories,
      historiesAsked: onlyHistory === undefined ? histories : 1,
      builds: this.#builds,
      kills: this.#kills,
      unusable: this.#unusable,
    }
  }

  async #investigate(
    all: Bench,
    {
      node,
      number,
      history,
    }: { readonly node: Node; readonly number: number; readonly history: History },
  ): Promise<void> {
    const { seed } = this.#request
    const alone = await this.#openBench(scopeOf(all, new Set([node.uniqueId])))
    const late = Math.max(this.#end, this.#request.now().getTime() + shrinkMs)
    const goOn = () => this.#request.now().getTime() < late
    const finding = await investigate({ all, alone }, { node, seed, number, history, goOn })
    if (finding !== undefined) this.#findings.push(finding)
    this.#settled.add(node.uniqueId)
  }

  /** With what is not settled yet. */
  async #openBench(scope?: Omit<Scope, 'skipped'>): Promise<Bench> {
    const chosen = scope ?? this.#request.scope
    const bench = await this.#request.bench({ scope: chosen, isElsewhere: false, isLater: false })
    if (scope !== undefined) return bench
    const open = [...chosen.selected].filter((id) => !this.#isSettled(bench, id))
    return { ...bench, ...restricted(bench, scopeOf(bench, new Set(open))) }
  }

  #isSettled({ graph }: Bench, id: UniqueId): boolean {
    return (
      this.#settled.has(id) || [...graph.ancestors(id)].some((other) => this.#settled.has(other))
    )
  }

  #isReported(id: UniqueId): boolean {
    return (
      this.#request.scope.selected.has(id) ||
      this.#findings.some(({ node }) => node.uniqueId === id)
    )
  }

  #reportOf({ graph, manifest }: Bench, node: ModelNode): ModelReport {
    if (this.#findings.some((finding) => finding.node.uniqueId === node.uniqueId)) {
      return { status: 'differs', node }
    }
    const culprit = this.#findings.find(
      (finding) =>
        graph.ancestors(node.uniqueId).has(finding.node.uniqueId) &&
        (finding.kind !== 'influence' || finding.moved.has(node.uniqueId)),
    )
    const because = culprit === undefined ? undefined : manifest.nodes.get(culprit.node.uniqueId)
    return because === undefined ? { status: 'ok', node } : { status: 'unclear', node, because }
  }

  #count(history: History): void {
    this.#histories += 1
    for (const { kind } of history) {
      if (kind !== 'arrive') this.#builds += 1
      if (kind === 'killed build') this.#kills += 1
    }
  }

  #isLate(): boolean {
    return this.#request.now().getTime() > this.#end
  }
}

/** Roots that nothing reads any more have no rows to arrive. */
export function restricted(
  bench: Bench,
  scope: Omit<Scope, 'skipped'>,
): Pick<Bench, 'scope' | 'roots'> {
  const ids = new Set(scope.roots.map((node) => node.uniqueId))
  return { scope, roots: bench.roots.filter(({ node }) => ids.has(node.uniqueId)) }
}

function culprits(verdict: Verdict): readonly Node[] {
  switch (verdict.kind) {
    case 'differs':
      return verdict.differences.map(({ node }) => node)
    case 'fails':
      return [verdict.failure.node]
    case 'same':
    case 'unusable':
      return []
  }
}
