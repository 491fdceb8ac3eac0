import { IconChevronRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { StuffCase, StuffContact } from '../api/my-stuff'
import { firstName } from '../api/names'
import { Line, LineMark } from '../shared/line'
import { Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { Panel, PanelPart } from './frame'
import type { NameOf } from './my-stuff-rows'
import { caseMoments, dayInLine, nextOf, subjectOf } from './my-stuff-words'
import styles from './need-help.module.css'

export interface OpenNowProps {
  readonly cases: readonly StuffCase[]
  readonly contacts: readonly StuffContact[]
  readonly nameOf: NameOf
  readonly onContactAboutCase: (caseId: string) => void
}

/** This many cases as a line each; the others as one line of words. */
const DRAWN = 2

/** What is not over: conversations that go on, and cases with their next step. */
export function OpenNow({ cases, contacts, nameOf, onContactAboutCase }: OpenNowProps) {
  const { t } = useTranslation('customer')
  const f = useFormat()
  if (cases.length + contacts.length === 0) return null
  return (
    <Panel label={t('open.title')}>
      <PanelPart>
        <div className={styles.openHead}>
          <h2>{t('open.title')}</h2>
          {cases.length > 0 && <Tag tone="accent">{t('open.cases', { count: cases.length })}</Tag>}
        </div>
        <ul>
          {contacts.map((contact) => (
            <li key={contact.id}>
              <GoingOn contact={contact} nameOf={nameOf} />
            </li>
          ))}
        </ul>
      </PanelPart>
      {cases.slice(0, DRAWN).map((each) => (
        <div key={each.id} className={styles.openCase}>
          <div className={styles.openCaseInside}>
            <h3>{each.subject}</h3>
            <p className={styles.openLine}>{openedWith(each)}</p>
            <Line moments={caseMoments(each, f, t)} label={t('case.line', { subject: each.subject })} />
          </div>
          <div className={styles.openWays}>
            <Link to={`/cases/${each.id}`} aria-label={t('case.see-named', { reference: each.reference })}>
              {t('case.see')}
            </Link>
            <button
              type="button"
              className={styles.textButton}
              aria-label={t('case.contact-named', { reference: each.reference })}
              onClick={() => {
                onContactAboutCase(each.id)
              }}
            >
              {t('case.contact')}
            </button>
          </div>
        </div>
      ))}
      {cases.length > DRAWN && (
        <ul className={styles.openRest}>
          {cases.slice(DRAWN).map((each) => (
            <li key={each.id}>
              <NextStep opened={each} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )

  function openedWith({ reference, openedAt, staffId }: StuffCase): string {
    const name = nameOf(staffId)
    const day = dayInLine(openedAt, f)
    return name === undefined
      ? t('open.case', { reference, day })
      : t('open.case-with', { reference, day, name: firstName(name) })
  }
}

/** The same in few lines, for the top of a phone. */
export function OpenNowShort({ cases, contacts, nameOf }: Omit<OpenNowProps, 'onContactAboutCase'>) {
  const { t } = useTranslation('customer')
  if (cases.length + contacts.length === 0) return null
  return (
    <section aria-label={t('open.title')} className={styles.openShort}>
      <ul>
        {contacts.map((contact) => (
          <li key={contact.id}>
            <GoingOn contact={contact} nameOf={nameOf} />
          </li>
        ))}
        {cases.slice(0, 3).map((each) => (
          <li key={each.id}>
            <NextStep opened={each} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A conversation that is not over: one press leads back into it. */
function GoingOn({ contact, nameOf }: { readonly contact: StuffContact; readonly nameOf: NameOf }) {
  const { t } = useTranslation('customer')
  const name = nameOf(contact.agentId)
  const about = subjectOf(contact)
  return (
    <Link to={`/contacts/${contact.id}`} className={styles.goingOn ?? ''}>
      <LineMark mark="now" />
      <span>
        <span className={styles.goingTitle}>{title()}</span>
        {about !== undefined && <span className={styles.goingLine}>{about}</span>}
      </span>
      <IconChevronRight size={20} stroke={1.75} aria-hidden="true" />
    </Link>
  )

  function title(): string {
    const written = contact.channel === 'chat' || contact.channel === 'message'
    if (contact.status === 'waiting') return t(written ? 'open.waiting' : 'open.waiting-call')
    if (contact.channel === 'message') return t('open.message')
    if (contact.channel !== 'chat') return t('open.call')
    return name === undefined ? t('open.chat') : t('open.chat-with', { name: firstName(name) })
  }
}

function NextStep({ opened }: { readonly opened: StuffCase }) {
  const { t } = useTranslation('customer')
  const f = useFormat()
  const { label, detail } = nextOf(opened, f, t)
  return (
    <Link to={`/cases/${opened.id}`} className={styles.goingOn ?? ''}>
      <LineMark mark="now" />
      <span>
        <span className={styles.goingTitle}>
          {label}, {detail.charAt(0).toLocaleLowerCase() + detail.slice(1)}
        </span>
        <span className={styles.goingLine}>
          {t('open.short', { reference: opened.reference, subject: opened.subject })}
        </span>
      </span>
      <IconChevronRight size={20} stroke={1.75} aria-hidden="true" />
    </Link>
  )
}
