import { defineModel } from 'assay'
import { idleMinutes, minutes } from './_times.ts'

/** What a window function could say too, and a state machine says better. */
export default defineModel(
  {
    materialized: 'table',
    tags: ['core'],
    columns: {
      user_id: { type: 'bigint', nullable: false },
      started_at: 'timestamp',
      events: { type: 'integer', description: 'Clicks of the session.' },
      last_page: 'varchar',
    },
  },
  async function* (context) {
    let open: { user_id: number; started_at: string; events: number; last_page: string | null } | undefined
    let last = 0
    for await (const click of context.ref<{ user_id: number; at: string; page: string | null }>('clicks', {
      orderBy: ['user_id', 'at'],
    })) {
      const now = minutes(click.at)
      if (open?.user_id !== click.user_id || now - last > idleMinutes) {
        if (open !== undefined) yield open
        open = { user_id: click.user_id, started_at: click.at, events: 0, last_page: null }
      }
      open.events += 1
      open.last_page = click.page ?? open.last_page
      last = now
    }
    if (open !== undefined) yield open
  },
)
