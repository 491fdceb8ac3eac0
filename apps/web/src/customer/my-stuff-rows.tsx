import { IconChevronRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Letter, StuffCase, StuffContact } from '../api/my-stuff'
import { firstName } from '../api/names'
import { ChannelIcon, ThingIcon } from '../shared/icons'
import { Shape, Tag } from '../shared/parts'
import { useFormat } from '../words/format'
import { StateWords } from './my-stuff-thing'
import { caseLine, contactLine, goesOn, letterLine, subjectOf } from './my-stuff-words'
import styles from './my-stuff.module.css'

export type NameOf = (id: string | undefined) => string | undefined

/** An earlier or present conversation; opens it, however long ago it was (C5). */
export function ContactRow({ contact, nameOf }: { readonly contact: StuffContact; readonly nameOf: NameOf }) {
  const { t } = useTranslation(['customer', 'shared'])
  const f = useFormat()
  const { t: say } = useTranslation('customer')
  const name = nameOf(contact.agentId)
  const channels = contact.channels.map((each) => channelWords(each, t)).join(', ')
  return (
    <li className={styles.row}>
      <Link to={`/contacts/${contact.id}`} className={styles.head ?? ''} data-thing={contact.id}>
        <span className={styles.thumb}>
          <ChannelIcon channel={contact.channel} size={24} />
        </span>
        <span className={styles.texts}>
          <span className={styles.title} data-clamp="true">
            {subjectOf(contact) ?? channels}
          </span>
          <span className={styles.line}>
            {contactLine(contact, name === undefined ? undefined : firstName(name), f, say, channels)}
          </span>
        </span>
        {goesOn(contact) && (
          <span className={styles.state}>
            <Tag tone="accent">{t('contact.goes-on')}</Tag>
          </span>
        )}
        {contact.status === 'left' && <StateWords state={{ words: t('contact.left') }} />}
        <IconChevronRight className={styles.chevron} size={20} stroke={1.75} aria-hidden="true" />
      </Link>
    </li>
  )
}

export function CaseRow({ opened }: { readonly opened: StuffCase }) {
  const { t } = useTranslation('customer')
  const f = useFormat()
  return (
    <li className={styles.row}>
      <Link to={`/cases/${opened.id}`} className={styles.head ?? ''} data-thing={opened.id}>
        <span className={styles.thumb}>
          <ThingIcon kind={opened.item?.kind ?? 'enquiry'} title={opened.item?.title ?? ''} />
        </span>
        <span className={styles.texts}>
          <span className={styles.title} data-clamp="true">
            {opened.subject}
          </span>
          <span className={styles.line}>{caseLine(opened, f, t)}</span>
        </span>
        {opened.status === 'open' && (
          <span className={styles.state}>
            <Tag tone="accent">{t('case.open')}</Tag>
          </span>
        )}
        <IconChevronRight className={styles.chevron} size={20} stroke={1.75} aria-hidden="true" />
      </Link>
    </li>
  )
}

/** What was sent in a conversation; it is read there, so it stands here for the record alone. */
export function LetterRow({ letter }: { readonly letter: Letter }) {
  const { t } = useTranslation('customer')
  const f = useFormat()
  return (
    <li className={styles.row}>
      <div className={styles.head}>
        <span className={styles.thumb}>
          <ThingIcon kind="correspondence" />
        </span>
        <span className={styles.texts}>
          <span className={styles.title} data-clamp="true">
            {letter.title}
          </span>
          <span className={styles.line}>{letterLine(letter, f, t)}</span>
        </span>
      </div>
    </li>
  )
}

/** Rows on their way, as high as the rows they become. */
export function RowShapes({ count }: { readonly count: number }) {
  return (
    <ul aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <li key={index} className={styles.row}>
          <span className={styles.head}>
            <span className={styles.thumb} />
            <span className={styles.shapes}>
              <Shape width={index % 2 === 0 ? '52%' : '40%'} height={16} />
              <Shape width={index % 2 === 0 ? '36%' : '28%'} height={12} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}

const NAMED = ['chat', 'phone', 'callback', 'message', 'email', 'webform', 'store', 'social', 'post'] as const

/** A channel's name as a kind of conversation. */
export function channelWords(
  channel: string,
  t: (key: `customer:past.${(typeof NAMED)[number]}`) => string,
): string {
  const known = NAMED.find((each) => each === channel)
  return known === undefined ? channel : t(`customer:past.${known}`)
}
