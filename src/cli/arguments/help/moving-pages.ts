/** The help pages of the commands that bring rows out of the database and into it. */
import { eraseFlags, exportFlags, serveFlags } from '../flags/moving-flags.ts'
import { selectionFlags } from '../flags/shared-flags.ts'
import { after, type CommandPage } from './command-page.ts'

const moving = 'In and out:'

export const movingPages: readonly CommandPage[] = [
  {
    name: 'erase',
    group: moving,
    summary: "take one person's rows out of tables, batches, dead letters and exports",
    description:
      'Finds the rows of one value in every table of the project. With --yes it deletes them where they came in, makes anew what was made of them, in one transaction, then writes batch files, dead letters and exports without them, and searches again. docs/erase.md says more.',
    flags: [eraseFlags],
    after: after(
      [
        'assay erase --column user_id --value 4711',
        'ASSAY_VALUE=4711 assay erase --identity user --yes',
      ],
      'erase',
    ),
  },
  {
    name: 'export',
    group: moving,
    summary: 'write tables and views to files, or to another database',
    description:
      'Reads the tables and views of the selection in one transaction, writes them beside the destination, counts the rows, and puts them in their places: who reads there sees the old file or the new one, whole. docs/export.md says more.',
    flags: [selectionFlags, exportFlags],
    after: after(
      [
        'assay export --select gold_segments --to exports/ --format csv',
        'assay export --select orders --to exports/ --partition-by day --order-by order_id',
        'assay export --select tag:shared --to target:postgres --schema shared',
      ],
      'export',
    ),
  },
  {
    name: 'serve',
    group: moving,
    summary: 'take events over HTTP, and give what is published',
    description:
      'Listens until a signal ends it. Events are on the disk before they are answered; they are loaded and built in the same process. Keys, limits and what may be read are under "serve" in assay.yml. docs/serve.md says more.',
    flags: [serveFlags],
    after: after(['assay serve', 'assay serve --port 9000 --log-format json'], 'serve'),
  },
]
