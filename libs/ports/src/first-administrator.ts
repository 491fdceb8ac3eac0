/** Who may let the others in: the address of the first administrator, told to the process from outside. */
export abstract class FirstAdministrator {
  /** E-mail address; empty for none. */
  abstract readonly email: string
}
