import { IconClock, IconDatabaseImport } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { JourneyContext } from '../api/journey'
import { firstName } from '../api/names'
import { aboutOf } from '../desk/about'
import { ContextView, knownOnDesk } from '../desk/context-column'
import { ContactRow, OfferRow } from '../desk/desk-list'
import desk from '../desk/desk.module.css'
import { OfferSheet } from '../desk/offer'
import { entriesOf } from '../desk/thread-entries'
import { ThreadView } from '../desk/thread'
import { WrapUpView } from '../desk/wrap-up-view'
import { reasonWords } from '../shared/journey-facts'
import { inSentence } from '../shared/journey-line'
import { useMedia } from '../shared/media'
import { useFormat } from '../words/format'
import { draftThen, earlierThen, lineThen, notesThen, screenOf } from './agent-then'
import type { ScreenThen } from './agent-then'
import { messagesThen } from './customer-then'
import styles from './agent-pane.module.css'

interface PaneProps {
  /** With the team's eyes. */
  readonly context: JourneyContext
  readonly nameOf: (id: string | undefined) => string | undefined
}

const nothing = (): void => undefined
/** From here on list, conversation and context stand side by side. */
const WIDE = '(min-width: 1000px)'
/** From here on the context stands beside the conversation, in the list's place. */
const TWO = '(min-width: 620px)'

/** The agent's screen at a moment: the offer, the conversation with what was known, the wrap-up. */
export function AgentPane({ context, nameOf }: PaneProps) {
  const { t } = useTranslation('replay')
  const then = screenOf(context)
  switch (then.screen) {
    case 'nothing':
      return (
        <div className={styles.nothing}>
          <IconClock size={22} stroke={1.75} aria-hidden="true" />
          <p>{t('pane.nobody')}</p>
        </div>
      )
    case 'outside':
      return (
        <div className={styles.nothing}>
          <IconDatabaseImport size={22} stroke={1.75} aria-hidden="true" />
          <p>{t('pane.outside')}</p>
        </div>
      )
    case 'offer':
      return <Offered context={context} then={then} />
    case 'conversation':
      return <Talking context={context} then={then} nameOf={nameOf} />
  }
}

type Then<Screen extends ScreenThen['screen']> = Extract<ScreenThen, { readonly screen: Screen }>

function Offered({
  context,
  then: { offer, agentId },
}: {
  readonly context: JourneyContext
  readonly then: Then<'offer'>
}) {
  const { t: shared } = useTranslation('shared')
  const hasList = useMedia(TWO)
  return (
    <div className={styles.screen} data-list={hasList}>
      {hasList && (
        <div className={desk.list}>
          <OfferRow offer={offer} about={aboutOf(context, shared('guest'))} />
        </div>
      )}
      <div className={`${desk.stage ?? ''} ${styles.offered ?? ''}`}>
        <OfferSheet
          offer={offer}
          context={context}
          error={undefined}
          me={agentId}
          state={{ is: 'open' }}
          onAnswer={nothing}
          onDecline={nothing}
          onRead={nothing}
        />
      </div>
    </div>
  )
}

function Talking({
  context,
  then: { contact, agentId },
  nameOf,
}: PaneProps & { readonly then: Then<'conversation'> }) {
  const { t } = useTranslation('desk')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const hasList = useMedia(WIDE)
  const isTwo = useMedia(TWO)
  const name = context.person.name ?? shared('guest')
  const item = contact.item ?? context.item
  const reason = contact.reason ?? context.reason
  const subject = [item?.title, reason && inSentence(reason.detailLabel ?? reasonWords(reason))]
    .filter((each) => each !== undefined)
    .join(', ')
  const { summary } = contact
  // Where there is little room, the wrap-up takes that of the context.
  const hasContext = hasList || (isTwo && summary === undefined)
  return (
    <div
      className={styles.screen}
      data-list={hasList}
      data-context={hasContext}
      data-grows={summary !== undefined}
    >
      {hasList && (
        <div className={desk.list}>
          <ul>
            <ContactRow line={lineThen(context, contact)} here />
          </ul>
        </div>
      )}
      <div className={desk.conversation}>
        <div className={desk.bar}>
          <span className={desk.title}>
            <h1>{name}</h1>
            <span className={desk.subject}>{subject}</span>
          </span>
        </div>
        <ThreadView
          key={contact.id}
          entries={entriesOf(messagesThen(contact), notesThen(contact), contact)}
          earlier={earlierThen(context)}
          me={agentId}
          customer={firstName(name)}
          nameOf={nameOf}
          readOnly
        />
        {summary !== undefined && (
          <div className={styles.wrapUp} data-part="wrap-up">
            <WrapUpView
              name={context.person.name === undefined ? undefined : firstName(context.person.name)}
              agent={firstName(nameOf(summary.agentId ?? agentId) ?? t('thread.team'))}
              channel={contact.channel ?? 'message'}
              draft={draftThen(summary)}
              faults={{}}
              kept={false}
              cases={[]}
              tied={false}
              causes={summary.causes}
              colleagues={[]}
              articles={{
                sent: summary.articles,
                titles: new Map(context.readings.map(({ articleId, title }) => [articleId, title])),
              }}
              saving={{ status: 'idle' }}
              readOnly
              onChange={nothing}
              onSave={nothing}
              onClose={nothing}
            />
          </div>
        )}
      </div>
      {hasContext && (
        <div className={styles.context}>
          <ContextView
            context={context}
            contactId={contact.id}
            known={knownOnDesk(context, contact.id, undefined, t, shared, format)}
            me={agentId}
            nameOf={nameOf}
            readOnly
          />
        </div>
      )}
    </div>
  )
}
