/** One hash of all rows of each relation, to compare states of the flagship. */
import type { Flagship } from '../flagship.ts'
import { type Row, readRows } from '../rows.ts'

/** Whatever the order of the rows; without when they arrived. */
export async function digestsOf(
  growth: Flagship,
  relations: readonly string[],
  flags: readonly string[] = [],
): Promise<readonly Row[]> {
  const queries = relations.map((relation) => {
    const columns = ofFacts[relation]?.join(', ') ?? '*'
    return `select '${relation}' as relation, count(*) as n_rows,
      md5(string_agg(digest, '' order by digest)) as digest
    from (
      select md5(cast(compared_rows as varchar)) as digest
      from (select ${columns} from {{ref "${relation}"}}) as compared_rows
    ) as digested`
  })
  const query = `${queries.join('\nunion all\n')}\norder by relation desc`
  const command = ['show', '--inline', query, '--output', 'json', '--limit', '-1', ...flags]
  return readRows(await growth.assay(...command))
}

const ofFacts: Readonly<Partial<Record<string, readonly string[]>>> = {
  fct_events: [
    'event_id',
    'source_event_id',
    'event_timestamp',
    'user_id',
    'product_id',
    'unit_net_price',
    'revenue',
    'campaign_id',
    'order_id',
  ],
  fct_purchases: ['event_id', 'order_id', 'revenue', 'installments'],
}
