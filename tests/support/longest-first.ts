/** The order of test files: those with a process of their own, then those that take longest, so that none of them is alone at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Vitest goes by size where it knows no times, and these are small files that play many folders. */
const longest = [
  'tests/cases.test.ts',
  'tests/docs/examples.test.ts',
  'tests/faults/faults.test.ts',
  'tests/models/price-experiments.test.ts',
  'tests/promise/verify.test.ts',
  'tests/models/posterior.test.ts',
  'tests/dashboard/dashboard.test.ts',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) => {
      // Between others they would end the process that the others share.
      if (project.config.isolate) return -1
      const found = longest.findIndex((path) => moduleId.endsWith(path))
      return found === -1 ? longest.length : found
    }
    const usual = await super.sort(files)
    return usual.toSorted((a, b) => place(a) - place(b))
  }
}
