/** Address of an engine that a spec needs, from the environment. @throws Error that says what to do where there is none */
export function engineAt(
  variable: 'KAFKA_BROKERS' | 'DATABASE_URL' | 'REDIS_URL' | 'EVENTSTORE_URL',
): string {
  const address = process.env[variable]
  if (address === undefined || address === '') {
    throw new Error(
      `${variable} names no engine to test against: npm test finds or starts one, or says that it did not; npm run engines starts those of this machine`,
    )
  }
  return address
}
