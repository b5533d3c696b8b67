/** The built-in generic tests count the failing rows that dbt's do. */
import { describe, expect, test } from 'vitest'
import { testAdapters } from '../support/adapters.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'

const properties = `seeds:
  - name: children
    columns:
      - name: code
        data_tests:
          - unique
          - not_null: { config: { where: id > 2 } }
          - accepted_values: { arguments: { values: [a, "it's"] } }
      - name: size
        data_tests:
          - accepted_values: { arguments: { values: [1, 2], quote: false } }
          - relationships: { arguments: { to: ref('parents'), field: size } }
`

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'generic tests on $name',
  ({ adapter }) => {
    test('NULL passes all but not_null', async () => {
      const project = await createTestProject(adapter, {
        files: {
          'assay.yml': `name: tested\n${testTargets}`,
          'seeds/children.csv': "id,code,size\n1,,1\n2,,\n3,,2\n4,a,3\n5,a,3\n6,it's,4\n7,b,1\n",
          'seeds/parents.csv': 'size\n1\n2\n\n4\n',
          'seeds/seeds.yml': properties,
        },
      })
      expect((await project.assay('seed')).exitCode).toBe(0)
      const ran = await project.assay('test')
      expect(ran.exitCode).toBe(1)
      const found = [...ran.stdout.matchAll(/^fail +(\S+) +found (\d+)/gm)]
      expect(found.map(([, name, failures]) => `${name} ${failures}`.toLowerCase()).sort()).toEqual(
        [
          'accepted_values_children_code__a__it_s 1',
          'accepted_values_children_size__false__1__2 2',
          'not_null_children_code 1',
          'relationships_children_size__size__ref_parents_ 2',
          'unique_children_code 1',
        ],
      )
    })
  },
)
