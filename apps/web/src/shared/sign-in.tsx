import { Button, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useAbout } from '../api/about'
import { useApi, useSession } from '../api/context'
import { NoAnswer, Problem } from '../api/problem'
import { useAnnounce } from './announce'
import { navigated, PageTitle } from './parts'
import styles from './sign-in.module.css'

interface Challenge {
  readonly id: string
  readonly address: string
}

const DIGITS = 7

/** One field, then one code. No password, no puzzle. */
export function SignIn({ guests }: { readonly guests: boolean }) {
  const { t } = useTranslation('shared')
  const { session } = useApi()
  const standing = useSession()
  const ended = standing.status === 'out' ? standing.ended : undefined
  const about = useAbout()
  const announce = useAnnounce()
  const [challenge, setChallenge] = useState<Challenge>()
  const [address, setAddress] = useState('')
  const [code, setCode] = useState('')
  const [refused, setRefused] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const [demoCode, setDemoCode] = useState<string>()
  const staff = session.side === 'staff'
  const demo = about?.demo ?? null
  const codeField = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (challenge !== undefined) codeField.current?.focus()
  }, [challenge])

  /** What the server refused, in the reader's language; its own words for what is not known here. */
  const refusal = (problem: Problem): string => {
    switch (problem.code) {
      case 'identity.code-wrong':
        return t(problem.more.triesLeft === 0 ? 'sign-in.code-over' : 'sign-in.code-wrong')
      case 'identity.code-over':
        return t('sign-in.code-over')
      case 'identity.too-many-codes':
        return t('sign-in.too-many-codes')
      case 'identity.email-malformed':
        return t('sign-in.email-malformed')
      case 'identity.phone-malformed':
        return t('sign-in.phone-malformed')
      case 'request.invalid':
        return t(challenge === undefined ? 'sign-in.malformed' : 'sign-in.code-short')
      default:
        return [problem.message, problem.todo].filter(Boolean).join(' ')
    }
  }

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    // What opens behind the sign-in is a page opened from this one: focus goes to its heading.
    navigated()
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (cause) {
      setError(
        cause instanceof NoAnswer
          ? t('problem.offline')
          : cause instanceof Problem
            ? refusal(cause)
            : t('problem.title'),
      )
    } finally {
      setBusy(false)
    }
  }

  const askCode = (to: string): Promise<void> =>
    attempt(async () => {
      if (to.trim() === '') {
        setError(t('sign-in.missing'))
        return
      }
      const { challengeId } = await session.askCode(to.trim())
      setChallenge({ id: challengeId, address: to.trim() })
      setCode('')
      announce(t('sign-in.code-sent', { address: to.trim() }))
      setDemoCode(demo === null ? undefined : await demoCodeFor(to.trim()))
    })

  const enter = (digits: string): Promise<void> =>
    attempt(async () => {
      if (challenge === undefined) return
      if (digits.length < DIGITS) {
        setError(t('sign-in.code-short'))
        codeField.current?.focus()
        return
      }
      const person = await session.signIn(challenge.id, digits, challenge.address).catch((cause: unknown) => {
        if (cause instanceof Problem) setRefused(digits)
        throw cause
      })
      if (person.kind !== 'staff' && staff) {
        setChallenge(undefined)
        setError(t('sign-in.not-staff'))
      }
    })

  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    // The seventh digit has sent it already: sent again it would only use up a try.
    if (busy || (challenge !== undefined && code === refused)) return
    void (challenge === undefined ? askCode(address) : enter(code))
  }

  const write = (value: string): void => {
    const digits = value.replaceAll(/\D/g, '').slice(0, DIGITS)
    setCode(digits)
    if (digits.length === DIGITS && !busy) void enter(digits)
  }

  return (
    <div className={styles.page}>
      <div>
        <PageTitle window={t(staff ? 'sign-in.staff-title' : 'sign-in.title')}>
          {t(staff ? 'sign-in.staff-title' : 'sign-in.title')}
        </PageTitle>
        <p className={styles.why}>
          {challenge === undefined
            ? t(staff ? 'sign-in.staff-why' : 'sign-in.why')
            : t('sign-in.code-sent', { address: challenge.address })}
        </p>
        {ended !== undefined && challenge === undefined && (
          <p className={styles.why} role="status">
            {t(`sign-in.ended-${ended}`)}
          </p>
        )}
      </div>
      <form className={styles.form} onSubmit={submit} noValidate>
        {challenge === undefined ? (
          <TextInput
            key="address"
            label={t('sign-in.address')}
            name="username"
            autoComplete="username"
            inputMode="email"
            autoCapitalize="none"
            spellCheck={false}
            value={address}
            error={error}
            onChange={({ currentTarget }) => {
              setAddress(currentTarget.value)
            }}
          />
        ) : (
          <TextInput
            key="code"
            label={t('sign-in.code')}
            name="one-time-code"
            autoComplete="one-time-code"
            inputMode="numeric"
            pattern="[0-9]*"
            ref={codeField}
            value={code}
            error={error}
            onChange={({ currentTarget }) => {
              write(currentTarget.value)
            }}
          />
        )}
        {demoCode !== undefined && challenge !== undefined && (
          <div className={styles.demo}>
            <p>{t('sign-in.demo-code', { code: demoCode })}</p>
            <Button
              variant="default"
              onClick={() => {
                write(demoCode)
              }}
            >
              {t('sign-in.demo-fill')}
            </Button>
          </div>
        )}
        <Button type="submit" aria-disabled={busy}>
          {challenge === undefined
            ? t(busy ? 'sign-in.sending' : 'sign-in.send')
            : t(busy ? 'sign-in.entering' : 'sign-in.enter')}
        </Button>
        {challenge !== undefined && (
          <>
            <button
              type="button"
              className={styles.quiet}
              onClick={() => {
                void askCode(challenge.address)
              }}
            >
              {t('sign-in.again')}
            </button>
            <button
              type="button"
              className={styles.quiet}
              onClick={() => {
                setChallenge(undefined)
                setError(undefined)
              }}
            >
              {t('sign-in.other-address')}
            </button>
          </>
        )}
        {guests && challenge === undefined && (
          <div>
            <button
              type="button"
              className={styles.quiet}
              onClick={() => {
                void attempt(async () => {
                  await session.startGuest()
                })
              }}
            >
              {t('sign-in.guest')}
            </button>
            <p className={styles.why}>{t('sign-in.guest-why')}</p>
          </div>
        )}
      </form>
      {challenge === undefined && demo !== null && (
        <section className={styles.demo} aria-label={t('sign-in.demo')}>
          <p>{t('sign-in.demo-people')}</p>
          <ul className={styles.people}>
            {demo.people
              .filter(({ is }) => (is === 'customer') !== staff)
              .map(({ email, name, is }) => (
                <li key={email}>
                  <button
                    type="button"
                    className={styles.person}
                    onClick={() => {
                      setAddress(email)
                      void askCode(email)
                    }}
                  >
                    <span>{name ?? email}</span>
                    {staff && <span>{is}</span>}
                  </button>
                </li>
              ))}
          </ul>
        </section>
      )}
    </div>
  )
}

async function demoCodeFor(address: string): Promise<string | undefined> {
  const response = await fetch(`/api/v1/demo/codes?address=${encodeURIComponent(address)}`)
  if (!response.ok) return undefined
  const { code } = (await response.json()) as { readonly code?: string }
  return code
}
