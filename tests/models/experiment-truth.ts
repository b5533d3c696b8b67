/** What the marts of an A/B test should hold, reckoned from the raw files by loops over users: slow, and by another way than the models. */
type Raw = Readonly<Record<string, string>>

export interface UserTruth {
  readonly userId: string
  readonly variant: string
  readonly assignedAt: number
  readonly exposedAt: number
  readonly isMature: boolean
  readonly purchased: number
  readonly revenue: number
  readonly events: number
  readonly nonPurchases: number
  readonly sessions: number
  readonly bounces: number
  readonly seconds: number
  readonly returned: number
  readonly isMatureForRetention: boolean
  readonly revenueBefore: number
  readonly hasEventsBefore: boolean
}

const day = 86_400_000

/** The files hold no quotes. */
export function parseCsv(text: string): readonly Raw[] {
  const [head = '', ...lines] = text.trimEnd().split('\n')
  const names = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
  })
}

interface Files {
  readonly assignments: readonly Raw[]
  readonly events: readonly Raw[]
  readonly sessions: readonly Raw[]
}

const known = new Set(['view_product', 'add_to_cart', 'begin_checkout', 'purchase'])

export function userTruths(files: Files, experimentId: string): readonly UserTruth[] {
  const events = usable(files.events)
  const asOf = Math.max(...events.map((event) => event.at))
  const variants = new Map<string, Raw[]>()
  for (const row of files.assignments) {
    if (row['experiment_id'] !== experimentId) continue
    const user = row['user_id'] ?? ''
    variants.set(user, [...(variants.get(user) ?? []), row])
  }
  return [...variants].flatMap(([userId, rows]) => {
    const [assigned] = rows
    if (assigned === undefined || new Set(rows.map((row) => row['variant'])).size > 1) return []
    const assignedAt = Date.parse(assigned['assigned_ts'] ?? '')
    const own = events.filter((event) => event.userId === userId)
    const views = own.filter((event) => event.name === 'view_product' && event.at >= assignedAt)
    if (views.length === 0) return []
    const exposedAt = Math.min(...views.map((event) => event.at))
    const end = exposedAt + 7 * day
    const inWindow = own.filter((event) => event.at >= exposedAt && event.at < end)
    const before = own.filter((event) => event.at < exposedAt && event.at >= exposedAt - 14 * day)
    const visits = files.sessions.filter(
      (session) =>
        session['user_id'] === userId &&
        Date.parse(session['session_end'] ?? '') >= exposedAt &&
        Date.parse(session['session_start'] ?? '') < end,
    )
    const sizes = visits.map(
      (visit) => events.filter((event) => event.sessionId === visit['session_id']).length,
    )
    const isMatureForRetention = exposedAt + 14 * day <= asOf
    const isBack = own.some((event) => event.at >= end && event.at < exposedAt + 14 * day)
    const revenueOf = (among: typeof own) =>
      among.reduce((sum, event) => sum + (event.name === 'purchase' ? event.revenue : 0), 0)
    return [
      {
        userId,
        variant: assigned['variant'] ?? '',
        assignedAt,
        exposedAt,
        isMature: end <= asOf,
        purchased: inWindow.some((event) => event.name === 'purchase') ? 1 : 0,
        revenue: revenueOf(inWindow),
        events: inWindow.length,
        nonPurchases: inWindow.filter((event) => event.name !== 'purchase').length,
        sessions: visits.length,
        bounces: sizes.filter((size) => size <= 1).length,
        seconds: visits.reduce(
          (sum, visit) =>
            sum +
            (Date.parse(visit['session_end'] ?? '') - Date.parse(visit['session_start'] ?? '')) /
              1000,
          0,
        ),
        returned: isMatureForRetention && isBack ? 1 : 0,
        isMatureForRetention,
        revenueBefore: revenueOf(before),
        hasEventsBefore: before.length > 0,
      },
    ]
  })
}

function usable(rows: readonly Raw[]) {
  const seen = new Set<string>()
  return rows.flatMap((row) => {
    const sent = (row['event_type'] ?? '').toLowerCase()
    const name = sent === 'product_view' || sent === 'pdp_view' ? 'view_product' : sent
    const at = Date.parse(row['event_ts'] ?? '')
    const revenue = Number(row['revenue'])
    const id = row['event_id'] ?? ''
    if (!known.has(name) || Number.isNaN(at) || !(revenue >= 0) || seen.has(id)) return []
    seen.add(id)
    return [{ userId: row['user_id'] ?? '', sessionId: row['session_id'] ?? '', name, at, revenue }]
  })
}
