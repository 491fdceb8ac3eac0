import { fold } from '@throughline/kernel'
import { caseContacts, noteCase } from './contact.js'

const about = { contactId: 'a contact', caseId: 'a case' }

it('remembers which case a contact was requested about (C23)', () => {
  expect(fold(caseContacts, noteCase(about)(caseContacts.initial))).toEqual({
    status: 'about',
    caseId: 'a case',
  })
})
it('remembers it once', () => {
  const known = fold(caseContacts, noteCase(about)(caseContacts.initial))
  expect(noteCase(about)(known)).toEqual([])
})
