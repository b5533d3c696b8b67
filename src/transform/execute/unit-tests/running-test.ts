/** A unit test whose inputs are filled, in the session that will undo them. */
import type { UnitTestNode } from '../../../core/node/unit-test.ts'
import type { Compiled } from '../../plan/compile/compile-context.ts'
import type { UnitTestModel } from '../../plan/unit-tests/unit-test-model.ts'
import type { FilledInput } from './fill-inputs.ts'
import type { ScratchRunner } from './scratch-runner.ts'

export interface RunningTest {
  readonly runner: ScratchRunner
  readonly test: UnitTestNode
  readonly scope: UnitTestModel
  readonly inputs: readonly FilledInput[]
  /** The model's SQL over the inputs. */
  readonly compiled: Compiled
}
