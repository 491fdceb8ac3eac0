/** Version of the tables and functions below. A database with a higher one was written by a newer program. */
export const VERSION = 1

/** The channel on which every append tells the position it reached. */
export function channelOf(schema: string): string {
  return `${schema}.appended`
}

/**
 * All that a database needs. `schema` has been proved to be a plain name.
 *
 * - `events` is the log. Names are compared byte by byte (`COLLATE "C"`): the order of a language changes with the system's
 *   libraries, and its indexes with it. `command` and `fingerprint` stand on the first event of a command. `body` is the
 *   event as JSON without its position and hash: exactly what is hashed. `checksum` covers what no hash speaks for.
 * - `head` is one row, the end of the log. Whoever appends holds it until the commit is durable, so positions leave no gap
 *   and become visible in their order, however many processes write.
 */
export function creation(schema: string): string {
  return `
CREATE TABLE ${schema}.about (version integer NOT NULL);
INSERT INTO ${schema}.about VALUES (${String(VERSION)});

CREATE TABLE ${schema}.head (
  alone boolean PRIMARY KEY DEFAULT true CHECK (alone),
  position bigint NOT NULL,
  recorded_at text COLLATE "C" NOT NULL
);
INSERT INTO ${schema}.head (position, recorded_at) VALUES (0, '');

CREATE TABLE ${schema}.events (
  position bigint PRIMARY KEY,
  stream text COLLATE "C" NOT NULL,
  stream_id text COLLATE "C" NOT NULL,
  sequence integer NOT NULL,
  command text COLLATE "C",
  fingerprint text COLLATE "C",
  journey text COLLATE "C",
  recorded_at text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  previous text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  checksum text COLLATE "C" NOT NULL,
  UNIQUE (stream, stream_id, sequence)
);
CREATE UNIQUE INDEX events_by_command ON ${schema}.events (stream, stream_id, command) WHERE command IS NOT NULL;
CREATE INDEX events_by_journey ON ${schema}.events (journey, position) WHERE journey IS NOT NULL;

CREATE FUNCTION ${schema}.events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are never changed nor removed';
END $$;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE OR DELETE ON ${schema}.events
  FOR EACH ROW EXECUTE FUNCTION ${schema}.events_stay();
CREATE TRIGGER events_are_never_emptied BEFORE TRUNCATE ON ${schema}.events
  FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.events_stay();

CREATE TABLE ${schema}.registers (
  name text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  value text COLLATE "C" NOT NULL
);

${appendFunction(schema)}

CREATE FUNCTION ${schema}.position_at(moment text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  _low bigint := 0;
  _high bigint;
  _middle bigint;
  _at text;
BEGIN
  SELECT h.position INTO STRICT _high FROM ${schema}.head h WHERE h.alone;
  WHILE _low < _high LOOP
    _middle := (_low + _high + 1) / 2;
    SELECT e.recorded_at INTO _at FROM ${schema}.events e WHERE e.position = _middle;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'no event at position %', _middle USING ERRCODE = 'data_corrupted';
    END IF;
    IF _at COLLATE "C" <= moment COLLATE "C" THEN _low := _middle; ELSE _high := _middle - 1; END IF;
  END LOOP;
  RETURN _low;
END $$;

CREATE FUNCTION ${schema}.write_register(_name text, _version integer, _value text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  _written integer;
BEGIN
  PERFORM set_config('synchronous_commit', 'on', true);
  IF _version = 0 THEN
    INSERT INTO ${schema}.registers AS r (name, version, value) VALUES (_name, 1, _value)
      ON CONFLICT DO NOTHING RETURNING r.version INTO _written;
  ELSE
    UPDATE ${schema}.registers r SET version = r.version + 1, value = _value
      WHERE r.name = _name AND r.version = _version RETURNING r.version INTO _written;
  END IF;
  RETURN _written;
END $$;
`
}

/**
 * Takes what many wish to append, as a JSON array, and answers each in turn: `applied` from position `at` on, `known` from
 * sequence `at` on, `elsewhere` with the version `at` at which the stream stands, or `damaged`. Each is for itself; all share
 * one commit. Only here is known when an event is recorded, so the two parts of its JSON around that time come apart.
 * Every statement of the function sees what was committed before it began, also while it waited for the head.
 */
function appendFunction(schema: string): string {
  return `
CREATE FUNCTION ${schema}.append(wishes json)
RETURNS TABLE (kind text, at bigint, recorded text, hashes text[]) LANGUAGE plpgsql AS $$
DECLARE
  _head bigint;
  _before bigint;
  _last text;
  _wish record;
  _sequence integer;
  _known integer;
  _previous text;
  _body text;
  _hash text;
  _whole boolean;
  _checksum text;
BEGIN
  -- Of this transaction, whatever the session, the role or the server has.
  PERFORM set_config('synchronous_commit', 'on', true);
  SELECT h.position, h.recorded_at INTO STRICT _head, _last FROM ${schema}.head h WHERE h.alone FOR UPDATE;
  _before := _head;
  FOR _wish IN
    SELECT * FROM json_to_recordset(wishes) AS w (
      stream text, id text, expected bigint, command text, fingerprint text, journey text, now text,
      heads text[], tails text[]
    )
  LOOP
    recorded := NULL;
    hashes := NULL;
    SELECT e.sequence + 1, e.hash, e.hash = encode(sha256(convert_to(e.previous || e.body, 'UTF8')), 'hex'), (
        SELECT k.sequence FROM ${schema}.events k
        WHERE k.stream = _wish.stream AND k.stream_id = _wish.id AND k.command = _wish.command
      )
      INTO _sequence, _previous, _whole, _known FROM ${schema}.events e
      WHERE e.stream = _wish.stream AND e.stream_id = _wish.id ORDER BY e.sequence DESC LIMIT 1;
    IF NOT FOUND THEN
      _sequence := 0;
      _previous := '';
      _whole := true;
      _known := NULL;
    END IF;
    IF _known IS NOT NULL THEN
      kind := 'known';
      at := _known;
      RETURN NEXT;
      CONTINUE;
    END IF;
    at := _sequence;
    IF _sequence IS DISTINCT FROM _wish.expected OR NOT _whole THEN
      kind := CASE WHEN _whole THEN 'elsewhere' ELSE 'damaged' END;
      RETURN NEXT;
      CONTINUE;
    END IF;
    kind := 'applied';
    at := _head + 1;
    recorded := greatest(_last COLLATE "C", _wish.now COLLATE "C");
    hashes := '{}';
    FOR _index IN 1 .. cardinality(_wish.heads) LOOP
      _head := _head + 1;
      _last := recorded;
      _body := _wish.heads[_index] || recorded || _wish.tails[_index];
      _hash := encode(sha256(convert_to(_previous || _body, 'UTF8')), 'hex');
      _checksum := left(encode(sha256(convert_to(
        _head::text || ' ' || _hash || ' ' || coalesce('+' || _wish.command, '-') || ' '
          || coalesce('+' || _wish.fingerprint, '-'), 'UTF8'
      )), 'hex'), 16);
      INSERT INTO ${schema}.events VALUES (
        _head, _wish.stream, _wish.id, _sequence, _wish.command, _wish.fingerprint, _wish.journey, recorded,
        _body, _previous, _hash, _checksum
      );
      hashes := hashes || _hash;
      _previous := _hash;
      _sequence := _sequence + 1;
      -- A command and its fingerprint stand on its first event alone.
      _wish.command := NULL;
      _wish.fingerprint := NULL;
    END LOOP;
    RETURN NEXT;
  END LOOP;
  IF _head > _before THEN
    UPDATE ${schema}.head SET position = _head, recorded_at = _last WHERE alone;
    PERFORM pg_notify('${channelOf(schema)}', _head::text);
  END IF;
END $$;`
}
