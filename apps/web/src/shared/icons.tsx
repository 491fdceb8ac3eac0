import {
  IconBook2,
  IconBox,
  IconBuildingStore,
  IconCalendarEvent,
  IconDroplet,
  IconFileText,
  IconFlame,
  IconFridge,
  IconHelpCircle,
  IconMail,
  IconMailOpened,
  IconMessageCircle,
  IconMessages,
  IconPackage,
  IconPhone,
  IconPhoneIncoming,
  IconReceipt,
  IconRotateClockwise,
  IconTool,
  IconTruckDelivery,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'

export interface IconProps {
  readonly size?: number | string
  readonly stroke?: number | string
}

type Icon = ComponentType<IconProps & { readonly 'aria-hidden'?: 'true' }>

/** Tabler has no dishwasher; same stroke and grid. */
function Dishwasher({ size = 20, stroke = 1.75 }: IconProps) {
  return (
    <Drawn size={size} stroke={stroke}>
      <rect x="4" y="3" width="16" height="18" rx="2" />
      <path d="M4 8h16M8 5.5h.01M12 5.5h4M8 17v-2.5a2 2 0 0 1 4 0V17M12 17v-2.5a2 2 0 0 1 4 0V17M7 17h10" />
    </Drawn>
  )
}

function Washer({ size = 20, stroke = 1.75 }: IconProps) {
  return (
    <Drawn size={size} stroke={stroke}>
      <rect x="4" y="3" width="16" height="18" rx="2" />
      <path d="M4 8h16M8 5.5h.01" />
      <circle cx="12" cy="14.5" r="3.5" />
    </Drawn>
  )
}

function Oven({ size = 20, stroke = 1.75 }: IconProps) {
  return (
    <Drawn size={size} stroke={stroke}>
      <rect x="4" y="3" width="16" height="18" rx="2" />
      <path d="M4 8h16M8 5.5h.01M12 5.5h.01M16 5.5h.01M7 11h10v7H7z" />
    </Drawn>
  )
}

function Blender({ size = 20, stroke = 1.75 }: IconProps) {
  return (
    <Drawn size={size} stroke={stroke}>
      <path d="M9 3h8l-1.5 10h-5zM9 3H6v5h3.7M10.5 13h5l1 5h-7zM8.5 21h9l-.5-3h-8z" />
    </Drawn>
  )
}

function Drawn({ size, stroke, children }: IconProps & { readonly children: React.ReactNode }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={stroke}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

const BY_WORD: readonly (readonly [RegExp, Icon])[] = [
  [/dishwasher|lava-?louça/i, Dishwasher],
  [/wash(er|ing)|tumble|dryer|lavar/i, Washer],
  [/fridge|freezer|cool|frigor/i, IconFridge],
  [/oven|stove|forno/i, Oven],
  [/blender|mixer|varinha/i, Blender],
  [/hob|cooktop|placa/i, IconFlame],
]

const BY_KIND: Readonly<Record<string, Icon>> = {
  purchase: IconPackage,
  quote: IconFileText,
  enquiry: IconHelpCircle,
  booking: IconCalendarEvent,
  marketing: IconMailOpened,
  correspondence: IconMail,
}

/** The picture of a thing: by the word in its title, else by its kind. */
export function ThingIcon({
  kind,
  title = '',
  size = 24,
}: {
  readonly kind: string
  readonly title?: string
  readonly size?: number
}) {
  const named = kind === 'purchase' || kind === 'quote' || kind === 'enquiry'
  const Found =
    (named ? BY_WORD.find(([word]) => word.test(title))?.[1] : undefined) ?? BY_KIND[kind] ?? IconBox
  return <Found size={size} stroke={1.75} aria-hidden="true" />
}

const CHANNELS: Readonly<Record<string, Icon>> = {
  chat: IconMessageCircle,
  phone: IconPhone,
  callback: IconPhoneIncoming,
  message: IconMail,
  email: IconMail,
  webform: IconFileText,
  store: IconBuildingStore,
  social: IconMessages,
  post: IconMailOpened,
}

export function ChannelIcon({ channel, size = 20 }: { readonly channel: string; readonly size?: number }) {
  const Found = CHANNELS[channel] ?? IconMessageCircle
  return <Found size={size} stroke={1.75} aria-hidden="true" />
}

const REASONS: readonly (readonly [RegExp, Icon])[] = [
  [/leak|water/, IconDroplet],
  [/working|repair|fault|fitting/, IconTool],
  [/deliver|install|late/, IconTruckDelivery],
  [/return|exchange|refund|cancel/, IconRotateClockwise],
  [/bill|pay|price|invoice/, IconReceipt],
  [/part|accessor/, IconPackage],
  [/how|use|manual/, IconBook2],
  [/visit|move|who-comes/, IconCalendarEvent],
]

/** By the reason's code; none for a code that says nothing of its kind. */
export function ReasonIcon({ code, size = 18 }: { readonly code: string; readonly size?: number }) {
  const Found = REASONS.find(([word]) => word.test(code))?.[1]
  return Found === undefined ? null : <Found size={size} stroke={1.75} aria-hidden="true" />
}

const ARTICLES: Readonly<Record<string, Icon>> = {
  guide: IconBook2,
  faq: IconHelpCircle,
  community: IconMessages,
}

export function ArticleIcon({ kind, size = 20 }: { readonly kind: string; readonly size?: number }) {
  const Found = ARTICLES[kind] ?? IconBook2
  return <Found size={size} stroke={1.75} aria-hidden="true" />
}
