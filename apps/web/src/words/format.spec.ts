import { Format } from './format'

const NOW = new Date(2026, 10, 20, 14, 19).getTime()
const english = new Format(
  'en',
  (key, values) => `${key}${values === undefined ? '' : ` ${JSON.stringify(values)}`}`,
  () => NOW,
)
const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime()

it('names today, yesterday and tomorrow, and every other day by its date', () => {
  expect(english.day(at(20, 0))).toBe('time.today')
  expect(english.day(at(19, 23, 59))).toBe('time.yesterday')
  expect(english.day(at(21, 0))).toBe('time.tomorrow')
  expect(english.day(at(24, 8))).toBe('Tue 24 Nov')
  expect(english.date(new Date(2025, 2, 3))).toBe('Mon 3 Mar 2025')
})

it('says a day and a time together', () => {
  expect(english.moment(at(24, 8))).toBe('Tue 24 Nov, 08:00')
  expect(english.window(at(24, 8), at(24, 12))).toBe('Tue 24 Nov, 08:00–12:00')
})

it('keeps a day’s name low within a sentence, and a weekday as its language writes it', () => {
  const words = new Format(
    'en',
    (key) => key.replace('time.today', 'Today').replace('time.tomorrow', 'Tomorrow'),
    () => NOW,
  )
  expect(words.momentIn(at(20, 14, 22))).toBe('today 14:22')
  expect(words.momentIn(at(21, 8))).toBe('tomorrow 08:00')
  expect(words.momentIn(at(24, 8))).toBe('Tue 24 Nov, 08:00')
})

it('rounds waits as they can be kept: to minutes, by fives from ten on, to a time of day from an hour on', () => {
  expect(english.wait(20)).toBe('wait.under-a-minute')
  expect(english.wait(110)).toBe('wait.about {"count":2}')
  expect(english.wait(10 * 60)).toBe('wait.about {"count":10}')
  expect(english.wait(12 * 60)).toBe('wait.about {"count":10}')
  expect(english.wait(38 * 60)).toBe('wait.about {"count":40}')
  expect(english.wait(60 * 60)).toBe('wait.about-at {"at":"15:19"}')
})

it('writes running clocks', () => {
  expect(english.clock(24_900)).toBe('0:24')
  expect(english.clock(11 * 60_000 + 2_000)).toBe('11:02')
  expect(english.clock(3_730_000)).toBe('1:02:10')
})

it('writes money as the language does, without cents where there are none', () => {
  expect(english.money({ amount: '742.00', currency: 'EUR' })).toBe('€742')
  expect(english.money({ amount: '12.30', currency: 'EUR' })).toBe('€12.30')
  expect(
    new Format('pt', (key) => key).money({ amount: '742.00', currency: 'EUR' }).replaceAll(/\s/g, ' '),
  ).toBe('742 €')
})
