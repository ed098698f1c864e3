"""Imports and exports as jobs, as their owners see them."""
import time

IMPORTS = "/v1/banks/sample/imports"


def send(client, content, query, path=IMPORTS, **options):
    body = content if isinstance(content, bytes) else content.encode()
    return client.request("POST", path, body=body, query=query, headers={"Content-Type": "text/plain", **options.pop("headers", {})}, **options)


def finished(client, job, limit_s=60):
    deadline = time.monotonic() + limit_s
    while job["finished_at"] is None:
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
        job = client.get(f"/v1/jobs/{job['id']}", expect=200).json
    return job
