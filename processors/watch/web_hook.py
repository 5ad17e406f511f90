"""The web hook that pages are sent to: one POST with a JSON object for each."""

import json

import urllib3

from processors.watch.bell import NotRung, Ring

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 5.0


class WebHook:
    """Posts pages to an address. What it answers is not read, but for its status."""

    def __init__(self, address: str) -> None:
        """``address`` may hold a secret, and so is never logged."""
        self._address = address
        # One try: the bell tries again, and waits longer each time.
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS), retries=False
        )

    def ring(self, page: Ring) -> None:
        """Send one page. Raises NotRung unless the answer is 2xx."""
        try:
            answer = self._pool.request(
                "POST",
                self._address,
                body=json.dumps(page.as_data()).encode(),
                headers={"Content-Type": "application/json"},
                redirect=False,
            )
        except (urllib3.exceptions.HTTPError, ValueError) as fault:
            # Only the kind: the text holds the address.
            raise NotRung(type(fault).__name__, away=True) from None
        if not 200 <= answer.status < 300:
            raise NotRung(f"HTTP {answer.status}", away=answer.status >= 500)
