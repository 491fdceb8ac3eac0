import { append, cleanUp, folder, note, open } from './folders.fixture.js'

afterEach(cleanUp)

describe('the end of the log', () => {
  it('is the same remembered as read back, from any position on and in pages of any size', async () => {
    const place = folder()
    const writer = await open(place)
    const texts = Array.from({ length: 30 }, (_, index) => `text ${String(index)}`)
    await Promise.all(Array.from({ length: 40 }, () => append(writer, note(), 0, ...texts)))
    const pages = async ({ events }: typeof writer) => {
      const found = []
      for (const after of [0, 1, 599, 699, 700, 701, 1_150, 1_199, 1_200, 1_300])
        for (const limit of [0, 1, 20, 1_000]) found.push(await events.readAll({ after, limit }))
      return found
    }
    const remembered = await pages(writer)
    await writer.close()
    expect(remembered).toEqual(await pages(await open(place)))
  })
})
