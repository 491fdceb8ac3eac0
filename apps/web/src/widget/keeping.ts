import { h, put } from './dom'
import type { Panel } from './panel'
import { reasonOf } from './person'

/** Makes what a guest asked somebody's own: an e-mail address and the code sent to it. Nobody has to. */
export class Keeping {
  readonly element = h('details', { class: 'keep' })

  constructor(private readonly panel: Panel) {
    const { email } = panel.service.visit
    if (email === undefined) this.#askEmail()
    else this.#kept(email)
  }

  #askEmail(): void {
    const { service, say } = this.panel
    const email = h('input', { attributes: { type: 'email', autocomplete: 'email', maxlength: '200' } })
    this.#form(say('keep-why'), say('email'), email, async () => {
      const address = email.value.trim()
      if (!/^\S+@\S+$/.test(address)) return say('email-missing')
      const { challengeId } = await service.send<{ readonly challengeId: string }>(
        'POST',
        '/identity/sign-in-codes',
        { email: address },
      )
      this.#askCode(challengeId, address)
      return undefined
    })
  }

  #askCode(challengeId: string, email: string): void {
    const { service, say } = this.panel
    const code = h('input', {
      attributes: { inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '11' },
    })
    this.#form(say('code-sent', { email }), say('code'), code, async () => {
      await service.signIn(challengeId, code.value.replaceAll(/\D/g, ''))
      service.remember({ email })
      this.#kept(email)
      return undefined
    })
    code.focus()
  }

  #form(why: string, label: string, field: HTMLInputElement, act: () => Promise<string | undefined>): void {
    const { say } = this.panel
    const wrong = h('p', { class: 'wrong', attributes: { role: 'alert' } })
    put(
      this.element,
      h('summary', {}, say('keep')),
      h(
        'form',
        {
          attributes: { novalidate: true },
          on: {
            submit: (event) => {
              event.preventDefault()
              act().then(
                (missing) => {
                  wrong.textContent = missing ?? ''
                  if (missing !== undefined) field.focus()
                },
                (error: unknown) => {
                  wrong.textContent = reasonOf(this.panel, error)
                },
              )
            },
          },
        },
        h('small', {}, why),
        h('label', {}, h('span', {}, label), field),
        wrong,
        h('button', { class: 'plain', attributes: { type: 'submit' } }, say('keep-it')),
      ),
    )
  }

  #kept(email: string): void {
    const { say } = this.panel
    this.element.open = true
    put(
      this.element,
      h('summary', {}, say('keep')),
      h('p', { attributes: { role: 'status' } }, say('kept', { email })),
    )
  }
}
