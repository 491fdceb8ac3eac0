import type { EventOf, Skill } from '@throughline/contracts'
import { Refused } from '@throughline/kernel'
import type { Decision, Stream } from '@throughline/kernel'
import { sameData } from '@throughline/ports'

export type AgentEvent = EventOf<
  | 'throughline.SkillsAssigned.v1'
  | 'throughline.AgentSignedOn.v1'
  | 'throughline.AgentBecameReady.v1'
  | 'throughline.AgentPaused.v1'
  | 'throughline.AgentStoppedResponding.v1'
  | 'throughline.AgentSignedOff.v1'
>

interface Skilled {
  readonly skills: readonly Skill[]
}

/** `stopped`: let an offer expire and has to say ready again. */
export type AgentState =
  | ({ readonly status: 'signed-off' } & Skilled)
  | ({ readonly status: 'signed-on' } & Skilled)
  | ({ readonly status: 'ready' } & Skilled)
  | ({ readonly status: 'paused'; readonly why?: string } & Skilled)
  | ({ readonly status: 'stopped' } & Skilled)

export type Presence = 'ready' | 'paused' | 'signed-off'

type Decided = Decision<AgentState, AgentEvent>

export const agents: Stream<AgentState, AgentEvent> = {
  name: 'agent',
  initial: { status: 'signed-off', skills: [] },
  evolve(state, event) {
    const { skills } = state
    switch (event.type) {
      case 'throughline.SkillsAssigned.v1':
        return { ...state, skills: event.data.skills }
      case 'throughline.AgentSignedOn.v1':
        return { status: 'signed-on', skills }
      case 'throughline.AgentBecameReady.v1':
        return { status: 'ready', skills }
      case 'throughline.AgentPaused.v1': {
        const { why } = event.data
        return { status: 'paused', skills, ...(why !== undefined && { why }) }
      }
      case 'throughline.AgentStoppedResponding.v1':
        return { status: 'stopped', skills }
      case 'throughline.AgentSignedOff.v1':
        return { status: 'signed-off', skills }
    }
  },
}

export const assignSkills =
  (agentId: string, skills: readonly Skill[]): Decided =>
  (state) => {
    const names = skills.map(({ skill }) => skill)
    const twice = names.find((name, n) => names.indexOf(name) < n)
    if (twice !== undefined) {
      throw new Refused('invalid', 'routing.skill-twice', `${twice} is named twice.`, { field: 'skills' })
    }
    if (sameData(state.skills, skills)) return []
    return [{ type: 'throughline.SkillsAssigned.v1', data: { agentId, skills } }]
  }

/** Ready or paused signs on who was not. Whoever still has contacts cannot leave: they would wait for nobody. */
export const beAt =
  (
    agentId: string,
    wanted: { readonly state: Presence; readonly why?: string },
    held: readonly string[],
  ): Decided =>
  (state) => {
    const on = { type: 'throughline.AgentSignedOn.v1', data: { agentId } } as const
    const comes = state.status === 'signed-off' ? [on] : []
    switch (wanted.state) {
      case 'ready':
        if (state.status === 'ready') return []
        return [...comes, { type: 'throughline.AgentBecameReady.v1', data: { agentId } }]
      case 'paused': {
        const { why } = wanted
        if (state.status === 'paused' && state.why === why) return []
        const data = { agentId, ...(why !== undefined && { why }) }
        return [...comes, { type: 'throughline.AgentPaused.v1', data }]
      }
      case 'signed-off':
        if (state.status === 'signed-off') return []
        if (held.length > 0) throw stillHolds(held)
        return [{ type: 'throughline.AgentSignedOff.v1', data: { agentId } }]
    }
  }

/** An offer expired. Who paused or left meanwhile said so, which is more than not responding. */
export const stopResponding =
  (agentId: string): Decided =>
  (state) =>
    state.status === 'ready' ? [{ type: 'throughline.AgentStoppedResponding.v1', data: { agentId } }] : []

function stillHolds(contacts: readonly string[]): Refused {
  return new Refused('conflict', 'routing.contacts-held', 'You still have contacts.', {
    todo: 'Sum them up or pass them on first.',
    more: { contacts },
  })
}
