import { fold, Refused } from '@throughline/kernel'
import { agents, assignSkills, beAt, stopResponding } from './agent.js'
import type { AgentEvent, AgentState } from './agent.js'

const ME = 'a1'
const CHAT = [{ skill: 'chat', level: 2 }]
const after = (...events: readonly AgentEvent[]): AgentState => fold(agents, events)
const signedOn: AgentEvent = { type: 'throughline.AgentSignedOn.v1', data: { agentId: ME } }
const ready: AgentEvent = { type: 'throughline.AgentBecameReady.v1', data: { agentId: ME } }

describe('an agent', () => {
  it('is given skills, once', () => {
    const given = assignSkills(ME, CHAT)(agents.initial)
    expect(given).toEqual([{ type: 'throughline.SkillsAssigned.v1', data: { agentId: ME, skills: CHAT } }])
    expect(assignSkills(ME, CHAT)(after(...given))).toEqual([])
  })

  it('is refused a skill at two levels', () => {
    const twice = [...CHAT, { skill: 'chat', level: 1 }]
    expect(() => assignSkills(ME, twice)(agents.initial)).toThrow(Refused)
  })

  it('signs on by being ready or paused', () => {
    expect(beAt(ME, { state: 'ready' }, [])(agents.initial)).toEqual([signedOn, ready])
    expect(beAt(ME, { state: 'paused', why: 'training' }, [])(agents.initial)).toEqual([
      signedOn,
      { type: 'throughline.AgentPaused.v1', data: { agentId: ME, why: 'training' } },
    ])
    expect(beAt(ME, { state: 'ready' }, [])(after(signedOn, ready))).toEqual([])
  })

  it('keeps its skills through the day', () => {
    const state = after(...assignSkills(ME, CHAT)(agents.initial), signedOn, ready)
    expect(state).toEqual({ status: 'ready', skills: CHAT })
  })

  it('pauses, for a reason that may change', () => {
    const paused = after(signedOn, ready, ...beAt(ME, { state: 'paused' }, [])(after(signedOn, ready)))
    expect(beAt(ME, { state: 'paused' }, [])(paused)).toEqual([])
    expect(beAt(ME, { state: 'paused', why: 'lunch' }, [])(paused)).toHaveLength(1)
  })

  it('leaves work only with empty hands', () => {
    const state = after(signedOn, ready)
    expect(() => beAt(ME, { state: 'signed-off' }, ['c1'])(state)).toThrow('You still have contacts.')
    expect(beAt(ME, { state: 'signed-off' }, [])(state)).toMatchObject([
      { type: 'throughline.AgentSignedOff.v1' },
    ])
    expect(beAt(ME, { state: 'signed-off' }, [])(agents.initial)).toEqual([])
  })

  it('stops responding only while ready, and says ready again to come back', () => {
    const stopped = stopResponding(ME)(after(signedOn, ready))
    expect(stopped).toMatchObject([{ type: 'throughline.AgentStoppedResponding.v1' }])
    expect(stopResponding(ME)(after(signedOn))).toEqual([])
    expect(beAt(ME, { state: 'ready' }, [])(after(signedOn, ready, ...stopped))).toEqual([ready])
  })
})
