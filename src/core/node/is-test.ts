/** Whether a node is a test: of the rows that are there, or of what a model makes of rows it is given. */
import type { Node, TestNode } from '../node.ts'
import type { UnitTestNode } from './unit-test.ts'

export function isTest(node: Node | undefined): node is TestNode | UnitTestNode {
  return node?.resourceType === 'test' || node?.resourceType === 'unit_test'
}
