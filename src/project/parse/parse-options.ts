/** What parsing needs beside the project. */
import type { SourceFile } from '../read/project.ts'
import type { FactsCache } from './template-facts.ts'

export interface ParseOptions {
  /** Macro files that ship with the framework. */
  readonly library: readonly SourceFile[]
  /** What deprecation dates are compared with. */
  readonly now: Date
  /** Given the hash of what facts depend on; undefined: nothing is cached. */
  readonly openCache?: (context: string) => FactsCache
}
