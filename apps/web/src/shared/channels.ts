/** Channels that the catalogues have names for. */
export const CHANNELS = [
  'chat',
  'phone',
  'callback',
  'message',
  'email',
  'webform',
  'store',
  'social',
  'post',
] as const
