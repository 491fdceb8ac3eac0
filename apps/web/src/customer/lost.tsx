import { useTranslation } from 'react-i18next'
import { PageTitle, PartFailed } from '../shared/parts'
import { CustomerPage, Panel, PanelPart } from './frame'
import { useContactUs } from './my-stuff-begin'
import { ContactBar, ContactUs, useStanding } from './talk'
import styles from './talk.module.css'

/** A page that is not there, or did not come: contact stays where it is on every other page. */
export function Lost({
  error,
  title,
  onRetry,
}: {
  readonly error: unknown
  readonly title?: string
  readonly onRetry: () => void
}) {
  const { t } = useTranslation(['customer', 'shared'])
  const { contact, busy, failed } = useContactUs()
  const standing = useStanding()
  const contactUs = {
    label: t('shared:contact-us'),
    onContact: () => {
      contact()
    },
    busy,
    failed,
  }
  return (
    <CustomerPage
      side={
        <div className={styles.onWide}>
          <Panel tone="accent" label={t('anything.title')}>
            <PanelPart>
              <h2>{t('anything.title')}</h2>
              <p className={styles.standing}>
                {t('anything.text')} {standing}
              </p>
              <ContactUs {...contactUs} />
            </PanelPart>
          </Panel>
        </div>
      }
      bar={<ContactBar {...contactUs} standing={standing} />}
    >
      <PageTitle window={t('shared:need-help')}>
        <span className="visually-hidden">{t('shared:need-help')}</span>
      </PageTitle>
      <PartFailed error={error} {...(title !== undefined && { title })} onRetry={onRetry} />
    </CustomerPage>
  )
}
