import { describe, expect, test } from 'vitest'
import { configLayers, unusedConfigs } from '../../../../src/project/read/config-layers.ts'
import { lineOf, projectOf, smallest } from './make-project.ts'

const models = `models:
  +tags: root
  growth:
    +tags: project
    silver:
      +tags: named silver
  silver:
    +tags: direct silver
    ads:
      +tags: ads
      fact_ads:
        +tags: file
  stagin:
    +tags: nowhere
    deeper: { +tags: nowhere }
  gold:
    old: { +tags: nowhere }
`

async function tags(fqn: readonly string[]): Promise<readonly unknown[]> {
  const { configTrees } = await projectOf({ 'assay.yml': smallest + models })
  const layers = configLayers(configTrees.models, fqn, 'growth')
  return layers.flatMap((layer) => layer['tags']?.value ?? [])
}

describe('configLayers', () => {
  test('A5: go from the tree itself down to the file', async () => {
    expect(await tags(['growth', 'silver', 'ads', 'fact_ads'])).toEqual([
      'root',
      'project',
      'direct silver',
      'named silver',
      'ads',
      'file',
    ])
  })

  test('leave out other folders', async () => {
    expect(await tags(['growth', 'ads', 'silver'])).toEqual(['root', 'project'])
  })

  test('of an installed package begin at its name', async () => {
    expect(await tags(['stagin', 'deeper'])).toEqual(['root', 'nowhere', 'nowhere'])
    expect(await tags(['other', 'silver', 'ads'])).toEqual(['root'])
  })
})

describe('unusedConfigs', () => {
  test('names the highest path that applies to nothing', async () => {
    const { configTrees } = await projectOf({ 'assay.yml': smallest + models })
    const warnings = unusedConfigs({
      tree: configTrees.models,
      treeName: 'models',
      fqns: [
        ['growth', 'silver', 'ads', 'fact_ads'],
        ['growth', 'staging', 'stg_ads'],
        ['growth', 'gold', 'roas'],
      ],
      projectName: 'growth',
    })
    expect(warnings.map((warning) => `${warning.severity} ${lineOf(warning)}`)).toEqual([
      'warning assay.yml:16:3+6 unused-config: expected a folder or file that exists, found "models.stagin", which configures nothing = did you mean "staging"?',
      'warning assay.yml:20:5+3 unused-config: expected a folder or file that exists, found "models.gold.old", which configures nothing',
    ])
  })
})
