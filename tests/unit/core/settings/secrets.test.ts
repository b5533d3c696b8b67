import { expect, test } from 'vitest'
import { isSecretName, SecretMask } from '../../../../src/core/settings/secrets.ts'

test('B5: values of secrets are hidden, those of other variables are not', () => {
  const mask = new SecretMask({ ASSAY_ENV_SECRET_A: 'abc', HOME: '/home', DBT_ENV_SECRET_B: '' })
  mask.add({ DBT_ENV_SECRET_C: 'abcdef' })
  expect(mask.hide('abcdef abc /home')).toBe('***** ***** /home')
})

test('a name says whether it is a secret', () => {
  expect(
    ['ASSAY_ENV_SECRET_KEY', 'DBT_ENV_SECRET', 'SECRET', 'ASSAY_ENV'].map(isSecretName),
  ).toEqual([true, true, false, false])
})
