import type { DatabaseKind } from './connection.js'
import { COLUMNS } from './rows.js'

// A name that one index has lost is found in the other; neither alone may say that nobody has written a stream. The end of
// an id tells nearly as much as the whole, and costs appends to new streams half as much.
const STREAMS_BY_END = 'CREATE INDEX streams_by_end ON streams (substr(id, -8))'

/** The log. Rows are only ever added; streams are numbered because an integer key makes appends nearly twice as fast. */
export const LOG: DatabaseKind = {
  application: 0x54_48_4c_45,
  version: 2,
  synchronous: 'FULL',
  remedy: 'Put back the newest copy of it.',
  schema: `
    CREATE TABLE streams (
      number INTEGER PRIMARY KEY,
      stream TEXT NOT NULL,
      id TEXT NOT NULL,
      UNIQUE (stream, id)
    ) STRICT;
    ${STREAMS_BY_END};
    CREATE TABLE events (
      position INTEGER PRIMARY KEY,
      stream INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      command TEXT,
      fingerprint TEXT,
      journey TEXT,
      body TEXT NOT NULL,
      previous TEXT NOT NULL,
      hash TEXT NOT NULL,
      checksum INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_by_stream ON events (stream, sequence);
    CREATE UNIQUE INDEX events_by_command ON events (stream, command) WHERE command IS NOT NULL;
    CREATE INDEX events_by_journey ON events (journey) WHERE journey IS NOT NULL;
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
      BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
    CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
      BEGIN SELECT RAISE(ABORT, 'events are never removed'); END;
  `,
  migrations: [STREAMS_BY_END],
}

/**
 * Finding, for the reader and the writer alike. Each question whose answer could be cut short by one lost entry of an
 * index has a second one here, which another structure answers.
 */
export const FINDS = {
  findStream: 'SELECT number FROM streams WHERE stream = ? AND id = ?',
  findStreamAgain: `SELECT number FROM streams INDEXED BY streams_by_end
    WHERE substr(id, -8) = substr(?2, -8) AND stream = ?1 AND id = ?2`,
  findHead: 'SELECT max(position) AS head FROM events',
  /** Commands the stream has had, by the index of commands; and the stream of the event at the next position. */
  findEnd: `SELECT
    (SELECT count(*) FROM events INDEXED BY events_by_command WHERE stream = ?1 AND command IS NOT NULL) AS commands,
    (SELECT stream FROM events WHERE position = ?2) AS next`,
}

export const WRITES = {
  ...FINDS,
  /** The stream's name by the table itself: the index may have another's name in this one's place. */
  findName: 'SELECT stream, id FROM streams WHERE number = ?',
  addStream: 'INSERT INTO streams (stream, id) VALUES (?, ?)',
  findTail:
    'SELECT position, sequence, body, previous, hash FROM events WHERE stream = ? ORDER BY sequence DESC LIMIT 1',
  /** Events the index of streams knows of a stream, and how many commands of theirs the index of commands has lost. */
  countStream: `SELECT count(*) AS events, total(command IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM events AS c INDEXED BY events_by_command
      WHERE c.stream = e.stream AND c.command = e.command AND c.command IS NOT NULL AND c.position = e.position
    )) AS lost
    FROM events AS e INDEXED BY events_by_stream WHERE stream = ?`,
  findCommand: 'SELECT sequence FROM events WHERE stream = ? AND command = ?',
  addEvent: `INSERT INTO events (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
}
