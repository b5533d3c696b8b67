/** What the sandbox of verify makes of nodes whose rows lie outside of the database. */
import { expect, test } from 'vitest'
import { withoutDatabases } from '../../../../src/transform/verify/sandbox/sandbox-manifest.ts'
import { manifestOf, settingsWith } from '../../project/parsed-project.ts'

test('a file of an external model is not written from the sandbox: its rows are a table there', () => {
  const manifest = manifestOf({
    'assay.yml': settingsWith(''),
    'models/a.sql': '{{config materialized="external" location="out/a.csv"}}\nselect 1 as id',
    'models/b.sql': 'select id from {{ref "a"}}',
  })
  const kinds = [...withoutDatabases(manifest).nodes.values()].map((node) =>
    node.resourceType === 'model' ? [node.name, node.materialization.name] : [],
  )
  expect(kinds).toEqual([
    ['a', 'table'],
    ['b', 'view'],
  ])
})
