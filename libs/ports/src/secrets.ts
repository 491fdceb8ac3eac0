/** Keys that outlive a process and never enter the log: signing keys, MAC keys. */
export abstract class Secrets {
  /** The secret of this name, made by `create` the first time. Two callers at once get the same one. */
  abstract keep(name: string, create: () => Promise<string>): Promise<string>
}

/** The public half of the keys that sign tokens, as a JSON Web Key Set (RFC 7517). Identity provides it. */
export abstract class TokenKeys {
  abstract jwks(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>
}
