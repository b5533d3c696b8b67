export const idleMinutes = 30
export const minutes = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`) / 60_000
