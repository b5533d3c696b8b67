/** The dashboard: asks the server, shows each panel, and asks again when the server says that something was published. */
import { createKeyForm } from './access/key-form.ts'
import { forgetKey, readKey } from './access/key-store.ts'
import { objectOf, textIn } from './data/cells.ts'
import { type PanelData, panelDataOf } from './data/panel-data.ts'
import { keepingPanels } from './panels/keeping.ts'
import { overTimePanels, type TimeWindow } from './panels/over-time.ts'
import { performancePanel } from './panels/performance.ts'
import { policiesPanel } from './panels/policies.ts'
import { posteriorPanels } from './panels/posteriors.ts'
import { qualityPanels } from './panels/quality.ts'
import { aboutTest, testPanels } from './panels/tests.ts'
import { type Answer, ask } from './server/ask.ts'
import { createReading } from './server/create-reading.ts'
import { followChanges } from './server/follow-changes.ts'
import { type Choices, keepChoices, offer, readChoices } from './show/choices.ts'
import { sayConnection, sayTrouble, sayUpdated } from './show/connection.ts'
import { part } from './show/element.ts'
import { whyEmpty } from './show/panel.ts'
import { startTheme } from './show/theme.ts'
import { endWaiting, sayWaiting } from './show/waiting.ts'

/** Publications of other processes are not in the news of this server. */
const everyMs = 60_000

const showPerformance = performancePanel()
const showOverTime = overTimePanels()
const showPosteriors = posteriorPanels()
const showKeeping = keepingPanels()
const showPolicies = policiesPanel()
const showTests = testPanels()
const showQuality = qualityPanels()

let choices = readChoices()
let endFollowing: (() => void) | undefined
/** What the panels show; undefined: nothing yet. */
let shown: { readonly data: PanelData; readonly window: TimeWindow } | undefined

const reading = createReading(refresh)
const keyForm = createKeyForm(() => reading.now())

async function refresh(signal: AbortSignal): Promise<void> {
  const { window } = choices
  const wanted = new URLSearchParams(Object.entries(choices).filter(([, value]) => value !== ''))
  const [panels, quality] = await Promise.all([
    ask(`/dashboard/panels?${wanted.toString()}`, signal),
    ask('/dashboard/quality', signal),
  ])
  if (signal.aborted) return
  if (panels.kind === 'answered' && quality.kind === 'answered') {
    keyForm.hide()
    sayTrouble(undefined)
    reveal(true)
    const project = textIn(quality.body, 'project')
    part('#project', HTMLElement).textContent =
      `${project}, target ${textIn(quality.body, 'target')}`
    document.title = `${project} · Assay`
    shown = { data: panelDataOf(panels.body), window }
    showPanels(shown.data, window)
    showQuality(objectOf(quality.body))
    endWaiting('prices', 'tests')
    sayUpdated(new Date())
    follow()
    return
  }
  showRefusal(panels.kind === 'answered' ? quality : panels)
}

function showPanels(data: PanelData, window: TimeWindow): void {
  const bandits = namesIn(data, 'experiments')
  const tests = namesIn(data, 'experiment_health')
  offer('#bandit', bandits, data.bandit)
  offer('#test', tests, data.test)
  const segments = [
    ...new Set(data.view('bandit_weights').rows.map((row) => textIn(row, 'segment'))),
  ]
  offer('#segment', segments, data.segment)
  part('#segments', HTMLElement).hidden = segments.length < 2
  part('#windows', HTMLElement).hidden = bandits.length === 0
  sayNone(
    'prices',
    bandits,
    whyNone(data, 'experiments', 'This project has no price experiments yet.'),
  )
  sayNone('tests', tests, whyNone(data, 'experiment_health', 'This project has no A/B tests yet.'))
  offerWindow(window)
  part('#test-about', HTMLElement).textContent = aboutTest(data)
  showPerformance(data)
  for (const show of showOverTime) show(data, window)
  showPosteriors(data)
  showKeeping(data)
  showPolicies(data)
  showTests(data)
}

function namesIn(data: PanelData, view: string): readonly string[] {
  const names = data.view(view).rows.map((row) => textIn(row, 'experiment_id'))
  return [...new Set(names)].filter((name) => name !== '')
}

function whyNone(data: PanelData, name: string, nothing: string): string {
  const view = data.view(name)
  if (view.state === 'absent') return nothing
  const why = whyEmpty(view, nothing) ?? nothing
  return view.state === 'unbuilt'
    ? `${why} "assay build" builds it, and so does a build of this server.`
    : why
}

function sayNone(section: string, names: readonly string[], text: string): void {
  const isEmpty = names.length === 0
  const place = part(`#${section}-note`, HTMLElement)
  place.hidden = !isEmpty
  place.textContent = isEmpty ? text : ''
  part(`#${section}-panels`, HTMLElement).hidden = isEmpty
}

function offerWindow(window: TimeWindow): void {
  for (const radio of windowRadios()) radio.checked = radio.value === window
}

function windowRadios(): Iterable<HTMLInputElement> {
  return document.querySelectorAll<HTMLInputElement>('input[name=window]')
}

/** What was chosen meanwhile is not there: numbers never stand below a name that is not theirs. */
function nameWhatIsShown(): void {
  if (shown === undefined) return
  const { data, window } = shown
  part('#bandit', HTMLSelectElement).value = data.bandit
  part('#segment', HTMLSelectElement).value = data.segment
  part('#test', HTMLSelectElement).value = data.test
  offerWindow(window)
}

function sayStale(why: string): void {
  part('#loading', HTMLElement).hidden = true
  nameWhatIsShown()
  endWaiting('prices', 'tests')
  const stale = shown === undefined ? 'This' : 'What is shown is what it said last; this'
  sayTrouble(`${why}. ${stale} page asks again by itself.`)
}

/** What was shown stays as long as it may still be seen. */
function showRefusal(answer: Answer): void {
  switch (answer.kind) {
    case 'refused':
      endFollowing?.()
      endFollowing = undefined
      sayConnection('locked')
      sayTrouble(undefined)
      reveal(false)
      keyForm.show(answer.why)
      return
    case 'gone':
      sayConnection('lost')
      sayStale('The server does not answer')
      follow()
      return
    case 'failed':
      sayStale(`The server could not answer: ${answer.message.replace(/\.$/, '')}`)
      follow()
      return
    case 'answered':
  }
}

function reveal(isSeen: boolean): void {
  part('#loading', HTMLElement).hidden = true
  part('#panels', HTMLElement).hidden = !isSeen
  part('#sections', HTMLElement).hidden = !isSeen
  part('#forget', HTMLButtonElement).hidden = !isSeen || readKey() === undefined
}

/** Each start of the stream is news, too: who was away has missed some. */
function follow(): void {
  if (document.visibilityState === 'hidden') return
  endFollowing ??= followChanges({
    onNews: () => reading.soon(),
    onState: (state) => {
      sayConnection(state)
      if (state === 'lost') reading.soon()
    },
  })
}

function choose(change: Partial<Choices>): void {
  choices = { ...choices, ...change }
  keepChoices(choices)
  sayWhatIsWaitedFor()
  reading.now()
}

/** The choosers name it already: numbers never stand below a name that is not theirs without it being seen. */
function sayWhatIsWaitedFor(): void {
  if (shown === undefined) return
  const { data, window } = shown
  const named = (selector: string) => part(selector, HTMLSelectElement).value
  sayWaiting(
    'prices',
    [named('#bandit'), named('#segment') || 'all visits', `${choices.window}s`],
    [data.bandit, data.segment || 'all visits', `${window}s`],
  )
  sayWaiting('tests', [named('#test')], [data.test])
}

startTheme()
part('#bandit', HTMLSelectElement).addEventListener('change', () =>
  choose({ bandit: part('#bandit', HTMLSelectElement).value, segment: '' }),
)
part('#segment', HTMLSelectElement).addEventListener('change', () =>
  choose({ segment: part('#segment', HTMLSelectElement).value }),
)
part('#test', HTMLSelectElement).addEventListener('change', () =>
  choose({ test: part('#test', HTMLSelectElement).value }),
)
offerWindow(choices.window)
for (const radio of windowRadios()) {
  radio.addEventListener('change', () =>
    choose({ window: radio.value === 'hour' ? 'hour' : 'day' }),
  )
}
part('#forget', HTMLButtonElement).addEventListener('click', () => {
  forgetKey()
  reading.now()
})
// The address says what is looked at, and keeps it.
for (const link of document.querySelectorAll<HTMLAnchorElement>('#sections a')) {
  link.addEventListener('click', (event) => {
    event.preventDefault()
    const section = part(link.hash, HTMLElement)
    section.scrollIntoView()
    section.focus({ preventScroll: true })
  })
}
// Another address of this page, pasted or gone back to.
window.addEventListener('hashchange', () => {
  choices = readChoices()
  reading.now()
})
// A tab that nobody sees holds no connection.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') {
    reading.soon()
    return
  }
  endFollowing?.()
  endFollowing = undefined
})
setInterval(() => {
  if (document.visibilityState === 'visible' && endFollowing !== undefined) reading.soon()
}, everyMs)
reading.now()
