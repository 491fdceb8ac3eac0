import { Parser } from '@asyncapi/parser'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { personalFields, publicEvents } from '@throughline/contracts'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asyncApi, shortName } from './async-api.js'
import { incompatibilities } from './async-api.compatible.js'
import type { Release } from './async-api.compatible.js'
import { HEADERS } from './async-api.headers.js'
import { eventsPage } from './async-api.page.js'
import { eventsTable, releaseOf } from './async-api.table.js'
import { Schemas } from './schemas.js'

/** `docs` writes what is generated, `release` what is promised from now on under the version of package.json. */
const writing = process.env.EVENTS
const root = join(__dirname, '../../..')
const folder = join(root, 'docs/events')
const released = join(folder, 'released')

const schemas = new Schemas()
const document = asyncApi(schemas)
const contracts = [...publicEvents().values()]

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** As the repository's own formatter writes it. */
async function formatted(text: string, parser: 'json' | 'markdown'): Promise<string> {
  const { format, resolveConfig } = await import('prettier')
  return format(text, { ...(await resolveConfig(join(folder, 'x'))), parser })
}

/** `0.10` comes after `0.9`. */
const numbersOf = (release: string): readonly number[] => release.split('.').map(Number)
const later = (a: string, b: string): number => {
  const [x, y] = [numbersOf(a), numbersOf(b)]
  return (x[0] ?? 0) - (y[0] ?? 0) || (x[1] ?? 0) - (y[1] ?? 0)
}
const releases = (): readonly Release[] =>
  readdirSync(released)
    .map((name) => JSON.parse(readFileSync(join(released, name), 'utf8')) as Release)
    .sort((a, b) => later(a.release, b.release))

function current(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return version.split('.').slice(0, 2).join('.')
}

describe('the AsyncAPI document of the public events', () => {
  it('C67: is what its own parser calls valid, and names every public event on its topic', async () => {
    const { diagnostics, document: parsed } = await new Parser().parse(JSON.stringify(document))
    // That a newer version of AsyncAPI exists is information; 3.0 is what tools read today.
    const wrong = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')
    expect(
      wrong.map(({ code, message, path }) => `${String(code)} ${path.map(String).join('.')}: ${message}`),
    ).toEqual([])
    expect(parsed?.version()).toBe('3.0.0')
    const told = (parsed?.channels().all() ?? []).flatMap((channel) =>
      channel
        .messages()
        .all()
        .map((message) => `${channel.address() ?? ''} ${message.name() ?? ''}`),
    )
    const journeys = contracts.map(({ type }) => `throughline.journeys ${type}`)
    const own = contracts.map(({ topic, type }) => `${topic} ${type}`)
    expect(told.sort()).toEqual([...new Set([...journeys, ...own])].sort())
    expect((parsed?.operations().all() ?? []).map((operation) => operation.action())).toEqual(
      Array.from({ length: 3 }, () => 'receive'),
    )
  })

  it('gives of every event examples that fit what events are held to, and what consumers are promised', () => {
    const ajv = new Ajv({ strict: false, allErrors: true })
    formats(ajv)
    ajv.addSchema({ $id: 'doc', ...document })
    const headers = ajv.compile(HEADERS)
    for (const { type, data } of contracts) {
      const message = document.components.messages[shortName(type)]
      const fits = ajv.compile({ $ref: `doc#/components/schemas/${shortName(type)}` })
      expect(message?.examples).toHaveLength(2)
      for (const example of message?.examples ?? []) {
        expect([type, schemas.check(data, example.payload)]).toEqual([type, []])
        expect([type, fits(example.payload), fits.errors]).toEqual([type, true, null])
        expect([type, headers(example.headers), headers.errors]).toEqual([type, true, null])
      }
    }
  })

  it('fits the bytes of every event that was ever told, and lets fields be that it does not know', () => {
    const ajv = new Ajv({ strict: false, allErrors: true })
    formats(ajv)
    ajv.addSchema({ $id: 'doc', ...document })
    const golden = join(root, 'libs/contracts/golden')
    for (const name of readdirSync(golden)) {
      const { type, data } = JSON.parse(readFileSync(join(golden, name), 'utf8')) as {
        type: string
        data: object
      }
      const fits = ajv.compile({ $ref: `doc#/components/schemas/${shortName(type)}` })
      expect([name, fits({ ...data, ofANewerProgram: true })]).toEqual([name, true])
    }
  })

  it('marks every field that tells something about a person, in parts too', () => {
    for (const { type, data } of contracts) {
      const { properties = {} } = document.components.schemas[shortName(type)] ?? {}
      const marked = Object.keys(properties).filter((name) => properties[name]?.['x-personal'] === true)
      expect([type, marked.sort()]).toEqual([type, [...personalFields(data)].sort()])
    }
    expect(document.components.schemas.Person?.properties?.name).toMatchObject({ 'x-personal': true })
  })

  it('has a page that names every event and nothing that a browser would run', () => {
    const page = eventsPage(document)
    for (const { type, says } of contracts) {
      expect(page).toContain(`<code>${type}</code>`)
      expect(page).toContain(says.replaceAll('&', '&amp;').replaceAll('<', '&lt;'))
    }
    expect(page).not.toMatch(/<script|javascript:|\son\w+=/i)
  })

  it('stands in docs/events as it is: npm run events:docs writes it', async () => {
    const files = [
      [join(folder, 'asyncapi.json'), await formatted(JSON.stringify(document), 'json')],
      [join(folder, 'README.md'), await formatted(eventsTable(document), 'markdown')],
    ] as const
    if (writing === 'docs') {
      mkdirSync(folder, { recursive: true })
      for (const [file, text] of files) writeFileSync(file, text)
    }
    for (const [file, text] of files) expect([file, textOf(file) === text]).toEqual([file, true])
  })
})

describe('compatibility with what was released', () => {
  const file = join(released, `v${current()}.json`)

  it('is kept: nothing that a consumer of any release rests on has changed', async () => {
    if (writing === 'release') {
      if (existsSync(file))
        throw new Error(`v${current()} is released already; raise the version in package.json first`)
      mkdirSync(released, { recursive: true })
      writeFileSync(file, await formatted(JSON.stringify(releaseOf(current(), schemas)), 'json'))
    }
    const now = releaseOf('now', schemas)
    expect(releases().length).toBeGreaterThan(0)
    for (const release of releases())
      expect([release.release, incompatibilities(release, now)]).toEqual([release.release, []])
  })

  it('was kept from each release to the next', () => {
    const all = releases()
    all.slice(1).forEach((release, index) => {
      const before = all[index]
      expect(before && incompatibilities(before, release)).toEqual([])
    })
  })
})
