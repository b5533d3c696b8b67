/** `watch`: a saved file is checked at once and what it touches is built; errors are shown and the watch goes on. */
import { relative, sep } from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { UniqueId } from '../core/node.ts'
import type { Manifest } from '../project/parse/manifest.ts'
import { findProject, targetPathOf } from '../project/read/files/find-project.ts'
import { changedNodes } from '../transform/changed-nodes.ts'
import { watchFolder } from '../transform/watch.ts'
import { buildLoaded } from './build.ts'
import { loadProject } from './load-project.ts'
import type { Outcome, Surroundings } from './surroundings.ts'
import type { WatchOptions } from './use-cases.ts'

export async function watch(
  options: WatchOptions,
  surroundings: Surroundings,
): Promise<Outcome<undefined>> {
  const { signal, emit } = surroundings
  const root = findProject({ startFolder: surroundings.cwd, projectDir: options.projectDir })
  if (!root.ok) return { kind: 'invalid', diagnostics: root.diagnostics }
  const folder = root.value
  const rounds = new Rounds(options, surroundings)
  const targetPath = targetPathOf(folder, options.targetPath)
  await watchFolder({
    folder,
    signal,
    isIgnored: (path) => isIgnored(path, folder, targetPath),
    isWanted: (path) => /(?:\.(?:sql|csv|ya?ml|[cm]?[jt]sx?)|[\\/]\.env)$/.test(path),
    onReady: async () => {
      await rounds.start()
      emit({ type: 'watching', folders: [folder] })
    },
    onChange: (paths) =>
      rounds.next(paths.map((path) => relative(folder, path).replaceAll(sep, '/'))),
  })
  return { kind: 'done', exitCode: 130, value: undefined }
}

function isIgnored(path: string, folder: string, targetPath: string): boolean {
  if (path === targetPath || path.startsWith(targetPath + sep)) return true
  const parts = relative(folder, path).split(sep)
  return parts.some(
    (part) =>
      part === 'node_modules' || (part.startsWith('.') && part !== '.env' && part.length > 1),
  )
}

/** One change after the other, each compared with the last project that was valid. */
class Rounds {
  readonly #options: WatchOptions
  readonly #surroundings: Surroundings
  #last: Manifest | undefined
  /** What failed or was skipped is tried again with the next change. */
  #unfinished: ReadonlySet<UniqueId> = new Set()
  /** Files saved while the project was invalid. */
  readonly #pending = new Set<string>()

  constructor(options: WatchOptions, surroundings: Surroundings) {
    this.#options = options
    this.#surroundings = surroundings
  }

  async start(): Promise<void> {
    const loaded = await loadProject(this.#options, this.#surroundings)
    if (!loaded.ok) {
      this.#say(loaded.diagnostics)
      return
    }
    this.#last = loaded.value.manifest
    if (!this.#options.buildFirst) return
    await this.#build(loaded.value, undefined)
  }

  async next(paths: readonly string[]): Promise<void> {
    this.#surroundings.emit({ type: 'files-changed', paths })
    for (const path of paths) this.#pending.add(path)
    const loaded = await loadProject(this.#options, this.#surroundings)
    if (!loaded.ok) {
      this.#say(loaded.diagnostics)
      return
    }
    const { manifest, graph } = loaded.value
    const changed = changedNodes(this.#last, manifest, this.#pending)
    this.#pending.clear()
    this.#last = manifest
    const again = [...this.#unfinished].filter((id) => manifest.nodes.has(id))
    const touched = new Set([...changed, ...again])
    const below = [...touched].flatMap((id) => [...graph.descendants(id)])
    for (const id of below) touched.add(id)
    // A test that changed is run with the node it decides about.
    for (const id of changed) {
      const node = manifest.nodes.get(id)
      if (node?.resourceType === 'test' && node.variant.kind === 'generic') {
        touched.add(node.variant.attachedTo)
      }
    }
    await this.#build(loaded.value, touched)
  }

  async #build(
    loaded: Parameters<typeof buildLoaded>[0],
    ids: ReadonlySet<UniqueId> | undefined,
  ): Promise<void> {
    const options = {
      ...this.#options,
      command: 'build',
      fullRefresh: false,
      failFast: false,
      atomic: false,
      wait: false,
      skipsNodesIfStartFails: true,
      changed: false,
      storeFailures: false,
      ...(ids === undefined ? {} : { ids }),
    } as const
    const outcome = await buildLoaded(loaded, options, this.#surroundings)
    if (outcome.kind === 'invalid') {
      this.#say(outcome.diagnostics)
      return
    }
    const bad = outcome.value.results.filter(
      ({ status }) => status === 'error' || status === 'skipped' || status === 'fail',
    )
    this.#unfinished = new Set(bad.map((result) => result.uniqueId))
  }

  #say(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics)
      this.#surroundings.emit({ type: 'diagnostic', diagnostic })
  }
}
