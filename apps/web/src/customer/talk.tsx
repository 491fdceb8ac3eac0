import { Button } from '@mantine/core'
import { IconMessageCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAbout } from '../api/about'
import { useApi } from '../api/context'
import { NoAnswer, Problem } from '../api/problem'
import { channelsQuery } from '../api/routing'
import { useFormat } from '../words/format'
import { standingWords } from './standing'
import styles from './talk.module.css'

/** One sentence of what stands open; undefined until it is known, and when nothing is. */
export function useStanding(): string | undefined {
  const api = useApi()
  const { t } = useTranslation('customer')
  const f = useFormat()
  const { data, dataUpdatedAt } = useQuery(channelsQuery(api))
  return data === undefined ? undefined : standingWords(data.items, f, t, dataUpdatedAt)
}

/** The minute it is, for what is said relative to now. */
export function useNow(every = 60_000): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now())
    }, every)
    return () => {
      clearInterval(timer)
    }
  }, [every])
  return now
}

export interface ContactUsProps {
  readonly label: string
  readonly onContact: () => void
  readonly busy: boolean
  readonly failed: unknown
}

/** The one main action of a customer's page: same size, same words, in every state. */
export function ContactUs({ label, onContact, busy, failed }: ContactUsProps) {
  const { t } = useTranslation('customer')
  return (
    <>
      <Button
        fullWidth
        leftSection={<IconMessageCircle size={20} stroke={1.75} aria-hidden="true" />}
        aria-disabled={busy}
        onClick={onContact}
      >
        {busy ? t('contact.opening') : label}
      </Button>
      <ContactFailed error={failed} />
    </>
  )
}

/** Why the ways to us did not open, and the way that needs no page. */
function ContactFailed({ error }: { readonly error: unknown }) {
  const { t } = useTranslation(['customer', 'shared'])
  const about = useAbout()
  if (error === undefined) return null
  const phone = about?.phone ?? undefined
  return (
    <p className={styles.failed} role="alert">
      {error instanceof NoAnswer ? t('shared:problem.offline') : t('contact.failed')}{' '}
      {phone !== undefined && (
        <a href={`tel:${phone.replaceAll(/\s/g, '')}`}>{t('contact.ring', { phone })}</a>
      )}
      {error instanceof Problem && (
        <span className={styles.code}> {t('shared:code', { code: error.code })}</span>
      )}
    </p>
  )
}

/** On a phone: the same button at the bottom, with what stands open below it. */
export function ContactBar({
  standing,
  ...props
}: ContactUsProps & { readonly standing: string | undefined }) {
  return (
    <>
      <ContactUs {...props} />
      <p className={styles.standing}>{standing ?? ' '}</p>
    </>
  )
}
