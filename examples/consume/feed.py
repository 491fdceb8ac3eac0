"""python3 feed.py PLACE [--once]: the events over HTTP from the first on, and a proof that none is missing.

Python's own library is all it needs. PLACE is a file that holds the position read so far; started again, it goes on from there. With
--once it ends where the log ends, else it goes on with what happens.

THROUGHLINE_URL     http://127.0.0.1:4000 where absent
THROUGHLINE_FEED    /api/v1/insight/feed where absent; filters go behind a question mark
THROUGHLINE_CLIENT  and THROUGHLINE_SECRET: a client with the role analyst; or THROUGHLINE_TOKEN: a token as it is
"""
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request

URL = os.environ.get("THROUGHLINE_URL", "http://127.0.0.1:4000")
FEED = os.environ.get("THROUGHLINE_FEED", "/api/v1/insight/feed")


class Missing(Exception):
    """Something between two lines has not come."""


def token():
    if "THROUGHLINE_TOKEN" in os.environ:
        return os.environ["THROUGHLINE_TOKEN"]
    wish = {"clientId": os.environ["THROUGHLINE_CLIENT"], "clientSecret": os.environ["THROUGHLINE_SECRET"]}
    request = urllib.request.Request(
        f"{URL}/api/v1/identity/tokens", json.dumps(wish).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["accessToken"]


def lines(after, follow):
    """Whole lines only: one that was cut comes again."""
    query = f"{'&' if '?' in FEED else '?'}after={after}&follow={'true' if follow else 'false'}"
    headers = {"authorization": f"Bearer {token()}", "accept": "application/x-ndjson"}
    # The server says something every 15 seconds; a connection that is silent for longer is dead.
    with urllib.request.urlopen(urllib.request.Request(f"{URL}{FEED}{query}", headers=headers), timeout=60) as answer:
        for line in answer:
            if line.endswith(b"\n"):
                yield json.loads(line)


def read_place(file):
    try:
        with open(file, encoding="ascii") as place:
            return int(place.read())
    except FileNotFoundError:
        return 0


def write_place(file, position):
    with open(f"{file}.new", "w", encoding="ascii") as place:
        place.write(str(position))
    os.replace(f"{file}.new", file)


def take(line):
    """Your work. It comes again when this program dies before the position is kept: do it once by `id`."""
    print(json.dumps(line, ensure_ascii=False), flush=True)


def main(file, follow):
    at = read_place(file)
    taken = 0
    while True:
        ended = False
        try:
            for line in lines(at, follow):
                if "through" in line:
                    at = max(at, line["through"])
                    # Only the last line of a whole answer says whether there may be more.
                    ended = line.get("more") is False
                elif line["position"] > at:
                    if line["previous"] > at:
                        raise Missing(f"position {line['previous']}, and perhaps others since {at}, did not come")
                    take(line)
                    at = line["position"]
                    taken += 1
                write_place(file, at)
        except urllib.error.HTTPError as refused:
            if refused.code not in (429, 503):
                sys.exit(f"{refused.code} {refused.read().decode()}")
            time.sleep(int(refused.headers.get("retry-after", "1")))
        except (OSError, http.client.HTTPException) as lost:
            print(f"lost the connection, going on after {at}: {lost}", file=sys.stderr)
            time.sleep(1)
        if ended:
            print(f"{taken} events up to position {at}, and none is missing", file=sys.stderr)
            return


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], "--once" not in sys.argv)
