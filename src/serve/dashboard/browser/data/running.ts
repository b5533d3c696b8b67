/** Whether an A/B test still waits for its planned users, and what is said in place of what must wait with it. */
import { asCount, asDay } from '../show/format.ts'
import { numberIn, type Row, textIn } from './cells.ts'
import type { PanelData } from './panel-data.ts'

/** undefined: this project does not know such a test, only its counts. */
export function declaredTest(data: PanelData): Row | undefined {
  const tests = data.view('stg_declared_tests').rows
  return tests.find((row) => textIn(row, 'experiment_id') === data.test)
}

/** undefined: it was not made. */
export function healthCheck(data: PanelData, name: string): Row | undefined {
  const checks = data.view('experiment_health').rows
  return checks.find(
    (row) => textIn(row, 'experiment_id') === data.test && textIn(row, 'check_name') === name,
  )
}

function plannedCheck(data: PanelData): Row | undefined {
  return healthCheck(data, 'planned_n')
}

/** As `assay report experiment` has it: until then only what holds on every day is shown. */
export function isRunning(data: PanelData): boolean {
  return plannedCheck(data)?.['passed'] === false
}

/** `498 of 2,000 planned users`; undefined: it does not run. */
export function progressOf(data: PanelData): string | undefined {
  if (!isRunning(data)) return undefined
  const users = numberIn(plannedCheck(data), 'statistic')
  const planned = numberIn(declaredTest(data), 'planned_users')
  if (users === null || planned === null) return 'the planned users are not there yet'
  return `${asCount(users)} of ${asCount(planned)} planned users`
}

/** What is to be known of a test for which no number of users was planned; undefined: one was, or its users are not known. */
export function unplannedText(data: PanelData): string | undefined {
  const check = plannedCheck(data)
  if (check === undefined || check['passed'] !== null) return undefined
  return 'No number of users was planned: an interval made for one look, looked at every day, misses far more often than its level says.'
}

/** Why what holds for one look only is left out while it runs, and when it comes; `what` is a plural. */
export function waitingText(data: PanelData, what: string): string {
  const planned = numberIn(declaredTest(data), 'planned_users')
  const users = planned === null ? 'the planned users' : `${asCount(planned)} users`
  const end = textIn(declaredTest(data), 'ends_at')
  const over = end === '' ? '' : `, or the test has ended (${asDay(end)})`
  return `${what} come once ${users} are in the results${over}: they hold for one look at the end, and who looks at them every day until then finds a difference where there is none.`
}
