import { IconHelpCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useAbout } from '../api/about'
import { FEELINGS, OUTCOMES } from '../api/feedback'
import type { FeedbackKnown, JourneyContext } from '../api/journey'
import { firstName } from '../api/names'
import { CaseView } from '../customer/case-view'
import { ChannelsView } from '../customer/channels-view'
import { Composer } from '../customer/composer'
import { ConversationView } from '../customer/conversation-view'
import { FeedbackView } from '../customer/feedback-view'
import frame from '../customer/frame.module.css'
import { NeedHelpView } from '../customer/need-help'
import { momentIn } from '../customer/say'
import { ThingView } from '../customer/thing-view'
import { factsOf } from '../shared/journey-facts'
import { channelWord } from '../shared/journey-line'
import { PageTitle } from '../shared/parts'
import { useFormat } from '../words/format'
import {
  articlesThen,
  caseThen,
  contactThen,
  earlierCasesThen,
  earlierContactsThen,
  itemThen,
  messagesThen,
  myStuffThen,
  offerThen,
  readingsThen,
  reasonThen,
  workThen,
} from './customer-then'
import { pageOf } from './page-of'

interface PaneProps {
  /** With her eyes. */
  readonly context: JourneyContext
  readonly nameOf: (id: string | undefined) => string | undefined
}

const nothing = (): void => undefined

/** The customer's page at a moment, below the shop's header. */
export function CustomerPane(props: PaneProps) {
  return (
    <>
      <Shop />
      <PageThen {...props} />
    </>
  )
}

function Shop() {
  const { t } = useTranslation('shared')
  const about = useAbout()
  return (
    <div className={frame.header}>
      <div className={frame.bar}>
        <span className={frame.shop}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 1a11 11 0 0 1 0 22H3a2 2 0 0 1-2-2v-9A11 11 0 0 1 12 1Z" fill="currentColor" />
          </svg>
          <span>{about?.name ?? ' '}</span>
        </span>
        <div className={frame.end}>
          <span className={frame.help} data-here="true">
            <IconHelpCircle size={20} stroke={1.75} aria-hidden="true" />
            {t('need-help')}
          </span>
        </div>
      </div>
    </div>
  )
}

/** The page she has, with what was known then. */
function PageThen({ context, nameOf }: PaneProps) {
  const { t: shared } = useTranslation('shared')
  const { t: conversation } = useTranslation('conversation')
  const format = useFormat()
  const then = pageOf(context)
  const now = Date.parse(context.asOf)
  const facts = factsOf(context, { viewer: 'customer', t: shared, format })
  switch (then.page) {
    case 'need-help':
      return (
        <NeedHelpView
          stuff={myStuffThen(context)}
          guest={context.guest}
          nameOf={nameOf}
          now={now}
          standing={undefined}
          readOnly
        />
      )
    case 'thing': {
      const item = itemThen(context)
      const reason = context.reason === undefined ? undefined : reasonThen(context.reason)
      return (
        <ThingView
          item={
            item && {
              ...item,
              contacts: earlierContactsThen(context).filter((each) => each.item?.id === item.id),
              cases: earlierCasesThen(context).filter((each) => each.item?.id === item.id),
              sent: [],
            }
          }
          person={context.guest ? undefined : context.person.name}
          chosen={{ reason, detail: reason?.details[0] }}
          articles={articlesThen(context)}
          readings={readingsThen(context)}
          nameOf={nameOf}
          now={now}
          standing={undefined}
          readOnly
        />
      )
    }
    case 'channels': {
      const offer = offerThen(context)
      return (
        <ChannelsView
          title={<PageTitle window="">{conversation('channels.title')}</PageTitle>}
          first={offer}
          now={offer}
          quicker={undefined}
          thing={context.item}
          facts={facts}
          words=""
          onWords={nothing}
          number={undefined}
          phone=""
          onPhone={undefined}
          starting={undefined}
          refused={undefined}
          onStart={nothing}
          readOnly
        />
      )
    }
    case 'conversation': {
      const known = context.contacts.find(({ id }) => id === then.contactId)
      if (known === undefined) return null
      const contact = contactThen(context, known)
      const opened = context.cases.find(({ id }) => id === known.caseId)
      const who = nameOf(contact.agentId)
      return (
        <ConversationView
          key={contact.id}
          contact={contact}
          title={<PageTitle window="">{who ?? channelWord(contact.channel, shared)}</PageTitle>}
          messages={messagesThen(known)}
          name={nameOf}
          facts={factsOf(context, { viewer: 'customer', t: shared, format, contactId: known.id })}
          connectedAt={known.connectedAt}
          endedAt={known.endedAt}
          work={workThen(context, known)}
          phone={undefined}
          kase={opened && caseThen(context, opened)}
          feedback={<FeedbackThen given={feedbackAbout(context, known.id)} />}
          composer={
            // What stood in it unsent is recorded nowhere.
            <Composer
              label={
                who === undefined
                  ? conversation('chat.write')
                  : conversation('chat.write-to', { name: firstName(who) })
              }
              text=""
              onText={nothing}
              onSend={nothing}
              onTyping={nothing}
              readOnly
            />
          }
          readOnly
        />
      )
    }
    case 'case': {
      const known = context.cases.find(({ id }) => id === then.caseId)
      if (known === undefined) return null
      const kase = caseThen(context, known)
      const about = feedbackAbout(context, known.id) ?? feedbackAbout(context, known.contacts.at(-1))
      return (
        <CaseView
          kase={kase}
          title={<PageTitle window="">{kase.subject}</PageTitle>}
          context={context}
          name={nameOf}
          feedback={<FeedbackThen given={about} />}
          readOnly
        />
      )
    }
  }
}

function feedbackAbout({ feedback }: JourneyContext, id: string | undefined): FeedbackKnown | undefined {
  return feedback.findLast(({ about }) => about.id === id)
}

/** What she had said by then about how it was; nothing chosen where she had said nothing. */
function FeedbackThen({ given }: { readonly given: FeedbackKnown | undefined }) {
  const { t } = useTranslation('conversation')
  const { t: shared } = useTranslation('shared')
  const format = useFormat()
  const at = given === undefined ? '' : isToday(given.at) ? format.time(given.at) : momentIn(format, given.at)
  const outcome = OUTCOMES.find((each) => each === given?.outcome)
  const feeling = FEELINGS.find((each) => each === given?.feeling)
  const wished = given?.followUp === true
  return (
    <div data-part="feedback">
      <FeedbackView
        title={t('feedback.title')}
        outcome={outcome}
        feeling={feeling}
        comment={given?.comment ?? ''}
        followUp={wished}
        followUpWords={t(wished ? 'feedback.on-soon' : 'feedback.off')}
        saving="kept"
        saved={given === undefined ? undefined : t('feedback.saved', { at })}
        says={given !== undefined}
        readOnly
      />
    </div>
  )

  function isToday(when: string): boolean {
    return format.day(when) === shared('time.today')
  }
}
