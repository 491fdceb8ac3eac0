import Markdown from 'markdown-to-jsx/react'
import type { ComponentPropsWithoutRef } from 'react'
import { Link } from 'wouter'
import styles from './markdown.module.css'

const SAFE = /^(https?:|mailto:|tel:|\/(?!\/)|#)/i

function SafeLink({ href = '', children }: ComponentPropsWithoutRef<'a'>) {
  if (!SAFE.test(href)) return <span>{children}</span>
  // Within our own pages nothing is loaded again, and nothing chosen is lost.
  if (href.startsWith('/')) return <Link to={href}>{children}</Link>
  const away = /^https?:/i.test(href)
  return (
    <a href={href} {...(away && { target: '_blank', rel: 'noopener noreferrer nofollow' })}>
      {children}
    </a>
  )
}

/** Pictures of articles are not fetched from elsewhere: their words stand for them. */
function Picture({ alt }: ComponentPropsWithoutRef<'img'>) {
  return <span>{alt}</span>
}

const Below = (level: 'h3' | 'h4') =>
  function Heading({ children }: ComponentPropsWithoutRef<'h3'>) {
    return level === 'h3' ? <h3>{children}</h3> : <h4>{children}</h4>
  }

const OVERRIDES = {
  a: { component: SafeLink },
  img: { component: Picture },
  // An article stands below the page's own headings.
  h1: { component: Below('h3') },
  h2: { component: Below('h3') },
  h3: { component: Below('h4') },
  h4: { component: Below('h4') },
  h5: { component: Below('h4') },
  h6: { component: Below('h4') },
} as const

/** Markdown of people, as elements and never as HTML: tags in it are shown as the text they are (S14). */
export default function SafeMarkdown({ text }: { readonly text: string }) {
  return (
    <div className={styles.markdown}>
      <Markdown options={{ disableParsingRawHTML: true, forceBlock: true, overrides: OVERRIDES }}>
        {text}
      </Markdown>
    </div>
  )
}
