/** A fact as the guard looks at it: what it is, how it is called, and what it says. */
export interface KnownByName {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly source?: string
}

/** A sentence of a draft that asks for what is known. */
export interface AskedAgain<Fact extends KnownByName = KnownByName> {
  readonly fact: Fact
  readonly sentence: string
  /** Where the sentence stands in the draft. */
  readonly from: number
  readonly to: number
}

type Language = 'en' | 'pt'

type Topic =
  | 'name'
  | 'address'
  | 'phone'
  | 'email'
  | 'order'
  | 'serial'
  | 'bought'
  | 'thing'
  | 'reason'
  | 'question'
  | 'tried'

/** Which topic a fact answers, by its name. The first that fits counts. */
const TOPICS: readonly (readonly [Topic, RegExp])[] = [
  ['email', /e-?mail/],
  ['address', /address|street|post-?code|zip|morada/],
  ['phone', /phone|mobile|telefone|telemovel/],
  ['serial', /serial/],
  ['order', /order|receipt|invoice|reference/],
  ['bought', /bought|purchase-date|date-of-purchase|purchased/],
  ['tried', /tried|reading/],
  ['thing', /thing|item|product|model/],
  ['reason', /reason/],
  ['question', /question|words|says/],
  ['name', /^(full-|first-|last-|customer-)?name$/],
]

/** Words of a sentence that ask for a topic. Compared without accents and in small letters. */
const ASKS: Readonly<Record<Language, Readonly<Record<Topic, RegExp>>>> = {
  en: {
    name: /\b(your|full|first|last|family) name\b|\bwho am i (speaking|talking|chatting|writing)\b|\bwhat(?:'s| is) your name\b/,
    address:
      /\b(?:which|what|your|delivery|home|full|postal|street|the) (?:\w+ )?address\b|\bpost ?code\b|\bzip\b|\bwhere (?:do|are) you liv|\bwhere (?:should|shall|can|do|will) (?:\w+ ){1,3}(?:come|go|deliver|send|visit)/,
    phone:
      /\b(?:phone|mobile|telephone|cell|contact) ?number\b|\byour (?:phone|mobile|number)\b|\b(?:which|what) number\b|\b(?:where|how|when) can (?:we|i) (?:reach|call|ring) you\b/,
    email: /\be-?mail address\b|\byour e-?mail\b|\b(?:which|what) e-?mail\b/,
    order:
      /\b(?:order|invoice|receipt|purchase|reference) ?(?:number|no\b|id|reference|code)|\border number\b/,
    serial: /\bserial\b/,
    bought:
      /\bwhen (?:did|have) you (?:\w+ )?(?:buy|bought|purchase|order|get|got)|\bdate of purchase\b|\bpurchase date\b|\bhow old is\b/,
    thing:
      /\b(?:which|what) (?:\w+ )?(?:product|model|machine|appliance|device|item|thing|article)\b|\b(?:which|what) (?:one|kind|type)? ?(?:of )?(?:product|model|machine|appliance|device|item)\b|\bwhat (?:do|did) you (?:have|own|buy)\b/,
    reason:
      /\bwhat(?:'s| is| seems to be| exactly is)? ?(?:wrong|the (?:problem|matter|issue|fault|trouble))|\bwhat(?:'s| is) (?:this|it) about\b|\bhow (?:can|may|could) (?:i|we) help\b|\bwhy (?:are|did|do) you (?:contact|writ|call)|\bwhat (?:brings|brought) you\b/,
    question:
      /\bwhat happened\b|\bdescribe (?:the|your) (?:problem|issue|fault)|\btell (?:me|us) (?:\w+ )?(?:about the (?:problem|issue)|what happened|what is wrong)/,
    tried:
      /\b(?:what|which) (?:\w+ ){0,4}(?:tried|try)\b|\bhave you (?:already )?tried (?:anything|something)\b/,
  },
  pt: {
    name: /\b(?:seu|o|primeiro|ultimo) nome\b|\bnome completo\b|\bcom quem (?:estou a |)fal/,
    address:
      /\b(?:qual|sua|a|que|morada) (?:\w+ )?(?:morada|endereco)\b|\bmorada (?:de entrega|completa)\b|\bcodigo postal\b|\bonde (?:mora|vive)\b|\b(?:onde|aonde) (?:deve|devemos|podemos) (?:ir|entregar|enviar)/,
    phone:
      /\bnumero de (?:telefone|telemovel|contacto)\b|\b(?:seu|qual|que) (?:\w+ ){0,2}(?:telefone|telemovel|contacto telefonico)\b|\bque numero\b|\bpara que numero\b/,
    email: /\bendereco de e-?mail\b|\b(?:seu|qual|que) (?:\w+ ){0,2}e-?mail\b/,
    order: /\bnumero d[aeo] (?:encomenda|fatura|pedido|recibo|referencia)\b|\breferencia da encomenda\b/,
    serial: /\bnumero de serie\b/,
    bought:
      /\bquando (?:e que )?(?:\w+ )?(?:comprou|adquiriu|encomendou|recebeu)\b|\bdata (?:de|da) compra\b|\bha quanto tempo (?:tem|comprou)\b/,
    thing:
      /\b(?:qual|que) (?:e |)(?:o |a |)?(?:produto|modelo|maquina|aparelho|equipamento|artigo)\b|\bque (?:\w+ )?(?:modelo|aparelho) (?:tem|comprou)\b/,
    reason:
      /\bqual (?:e|sera) (?:o|a) (?:problema|avaria|motivo|questao|assunto)\b|\bo que (?:se passa|ha de errado)\b|\b(?:em que|como) (?:posso|podemos) ajudar\b|\bporque (?:nos )?(?:contacta|contactou|escreve)/,
    question: /\bo que (?:aconteceu|sucedeu)\b|\bdescrev\w* (?:o|a) (?:problema|avaria|situacao)/,
    tried:
      /\bo que (?:e que )?(?:ja )?(?:tentou|experimentou)\b|\bja (?:tentou|experimentou) (?:algo|alguma coisa)\b/,
  },
}

/** A try that is named: `Have you cleaned the filter?` asks again when an article about the filter did not help. */
const TRIES: Readonly<Record<Language, RegExp>> = {
  en: /\b(?:have|did) you (?:\w+ )?(?:tr(?:y|ied)|clean|check|read|look|restart|reset|clear|unblock|follow)/,
  pt: /\bja (?:\w+ )?(?:tentou|experimentou|limpou|verificou|leu|reiniciou|seguiu|desentupiu)/,
}

/** A sentence without a question mark that asks all the same. */
const ASKING: Readonly<Record<Language, RegExp>> = {
  en: /^(?:please |kindly |and |so |now )*(?:tell|give|send|confirm|provide|share|let (?:me|us) know|write (?:me|us)|describe)\b|\b(?:could|can|would|will) you (?:please )?(?:\w+ )?(?:tell|give|send|confirm|provide|share|let|describe)\b|\b(?:i|we) (?:still |also |just )?(?:need|require)\b|\bmay i (?:have|know|ask)\b/,
  pt: /^(?:por favor,? |e )*(?:diga|indique|de|envie|confirme|forneca|partilhe|escreva|descreva)(?:-\w+)?\b|\b(?:pode|podia|poderia|queria) (?:por favor )?(?:\w+ )?(?:dizer|indicar|dar|enviar|confirmar|fornecer|descrever)|\b(?:preciso|precisamos|necessito)\b/,
}

/** Words that stand in every title and name nothing. */
const COMMON = new Set([
  'with',
  'when',
  'your',
  'from',
  'that',
  'this',
  'have',
  'para',
  'quando',
  'como',
  'with',
  'does',
])

/**
 * Which sentences of a draft ask for what is known, in the order they stand (C16). Only a sentence that asks is looked
 * at, and only for facts that are there; one that says the fact itself, to have it confirmed, passes.
 */
export function askedAgain<Fact extends KnownByName>(
  draft: string,
  facts: readonly Fact[],
  languages: readonly Language[] = ['en', 'pt'],
): readonly AskedAgain<Fact>[] {
  const found: AskedAgain<Fact>[] = []
  for (const { sentence, from, to } of sentencesOf(draft)) {
    const plain = plainOf(sentence)
    for (const language of languages) {
      if (!sentence.includes('?') && !ASKING[language].test(plain)) continue
      for (const fact of facts) {
        if (found.some((each) => each.from === from && sameTopic(each.fact, fact))) continue
        if (saysIt(plain, fact) || !asksFor(plain, fact, language)) continue
        found.push({ fact, sentence, from, to })
      }
    }
  }
  return found
}

function asksFor(plain: string, fact: KnownByName, language: Language): boolean {
  const topic = topicOf(fact)
  if (topic === undefined) return asksByLabel(plain, fact)
  if (ASKS[language][topic].test(plain)) return true
  switch (topic) {
    case 'tried':
      return TRIES[language].test(plain) && sharesWord(plain, fact.value)
    case 'thing':
      // `Which dishwasher is it?`
      return (
        /\b(?:which|what|qual|que)\b/.test(plain) &&
        new RegExp(
          `\\b(?:which|what|qual|que) (?:\\w+ )?(?:${wordsOf(fact.value).join('|') || '$^'})\\b`,
        ).test(plain)
      )
    case 'name':
    case 'address':
    case 'phone':
    case 'email':
    case 'order':
    case 'serial':
    case 'bought':
    case 'reason':
    case 'question':
      return false
  }
}

/** Anything else that was noted is known by its label. */
function asksByLabel(plain: string, { label }: KnownByName): boolean {
  const words = plainOf(label).trim()
  return words.length >= 4 && new RegExp(`(?:^|\\W)${escaped(words)}(?:\\W|$)`).test(plain)
}

/** The fact stands in the sentence already: it is said, not asked. */
function saysIt(plain: string, { value }: KnownByName): boolean {
  const said = plainOf(value.replaceAll(/[“”"«»]/g, '')).trim()
  return said.length >= 3 && plain.includes(said)
}

function sameTopic(one: KnownByName, other: KnownByName): boolean {
  const [a, b] = [topicOf(one), topicOf(other)]
  if (a === undefined || b === undefined) return one.name === other.name
  // What it is about is asked once, whether she chose it or wrote it.
  const about = (topic: Topic): Topic => (topic === 'question' ? 'reason' : topic)
  return about(a) === about(b)
}

function topicOf({ name }: KnownByName): Topic | undefined {
  return TOPICS.find(([, word]) => word.test(name))?.[0]
}

function sharesWord(plain: string, title: string): boolean {
  return wordsOf(title).some((word) => new RegExp(`\\b${escaped(word)}`).test(plain))
}

function wordsOf(text: string): readonly string[] {
  return (plainOf(text).match(/[a-z]{4,}/g) ?? []).filter((word) => !COMMON.has(word))
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

/** Without accents, in small letters, with straight apostrophes; as long as it was or shorter. */
function plainOf(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase()
}

function sentencesOf(
  draft: string,
): readonly { readonly sentence: string; readonly from: number; readonly to: number }[] {
  // A point ends a sentence only before a space or the end: `2.º`, `e.g. this` and `8.30` do not matter here.
  return [...draft.matchAll(/[^\s][^\n]*?(?:[?!…]+|\.(?=\s|$)|(?=\n)|$)/gm)].flatMap(
    ({ 0: sentence, index }) =>
      sentence === '' ? [] : [{ sentence, from: index, to: index + sentence.length }],
  )
}
