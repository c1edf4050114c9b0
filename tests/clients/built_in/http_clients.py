"""Libraries for HTTP, each as it is made without settings, and Zoho's own addresses."""

import asyncio
import json
import sys
import urllib.request

import aiohttp
import httpx
import requests

HEADERS = {"Authorization": "Zoho-oauthtoken any"}
COUNT = "https://{host}/crm/v8/Leads/actions/count"
HOSTS = ["www.zohoapis.com", "www.zohoapis.eu", "sandbox.zohoapis.in", "WWW.ZohoAPIs.com.au"]


def with_urllib(url):
    request = urllib.request.Request(url, headers=HEADERS)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def with_requests(url):
    return requests.get(url, headers=HEADERS, timeout=20).json()


def with_httpx(url):
    return httpx.get(url, headers=HEADERS, timeout=20).json()


def with_httpx_async(url):
    async def get():
        async with httpx.AsyncClient() as client:
            return (await client.get(url, headers=HEADERS)).json()

    return asyncio.run(get())


def with_aiohttp(url, **settings):
    async def get():
        async with aiohttp.ClientSession(**settings) as session:
            async with session.get(url, headers=HEADERS) as answer:
                return await answer.json(content_type=None)

    return asyncio.run(get())


def with_aiohttp_by_proxy(url):
    return with_aiohttp(url, trust_env=True)


CLIENTS = [
    with_urllib,
    with_requests,
    with_httpx,
    with_httpx_async,
    with_aiohttp,
    with_aiohttp_by_proxy,
]

for client in CLIENTS:
    for host in HOSTS:
        answer = client(COUNT.format(host=host))
        assert answer == {"count": 16}, (client.__name__, host, answer)
        print(client.__name__, host, file=sys.stderr)
