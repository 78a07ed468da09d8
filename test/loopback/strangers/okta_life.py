"""A whole life of an application, led by Okta's own Python SDK, which knows nothing of the local org.

OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN name the org. Prints what the SDK read of each answer, as JSON.
"""

import asyncio
import json

from okta.client import Client
from okta.models import ApplicationGroupAssignment, OpenIdConnectApplication

APPLICATION = {
    "name": "oidc_client",
    "label": "By the Python SDK",
    "signOnMode": "OPENID_CONNECT",
    "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
    "settings": {
        "oauthClient": {
            "application_type": "web",
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "redirect_uris": ["https://app.example.com/callback"],
        }
    },
}


def read(answer):
    """The SDK answers with what it read, the response, and what went wrong; some calls leave the first one out."""
    if answer[-1] is not None:
        raise RuntimeError(f"the SDK could not read an answer: {answer[-1]}")
    return answer[0] if len(answer) == 3 else None


async def shown(label, client):
    found = read(await client.list_applications(q=label))
    return [(each.id, each.label, each.status) for each in found]


async def until_shown(label, client):
    """Okta's lists lag behind a create."""
    for _ in range(50):
        if found := await shown(label, client):
            return found
        await asyncio.sleep(0.1)
    return []


async def main():
    async with Client() as client:
        made = read(await client.create_application(OpenIdConnectApplication.from_dict(APPLICATION)))
        found = await until_shown(made.label, client)
        everyone, *_ = read(await client.list_groups(q="Everyone"))
        read(await client.assign_group_to_application(made.id, everyone.id, ApplicationGroupAssignment()))
        groups = read(await client.list_application_group_assignments(made.id))
        first, *_ = read(await client.list_o_auth2_client_secrets(made.id))
        second = read(await client.create_o_auth2_client_secret(made.id))
        first_off = read(await client.deactivate_o_auth2_client_secret(made.id, first.id))
        read(await client.delete_o_auth2_client_secret(made.id, first.id))
        secrets = read(await client.list_o_auth2_client_secrets(made.id))
        changed = made.to_dict() | {"label": "Renamed by the Python SDK"}
        renamed = read(await client.replace_application(made.id, OpenIdConnectApplication.from_dict(changed)))
        read(await client.deactivate_application(made.id))
        inactive = read(await client.get_application(made.id))
        read(await client.delete_application(made.id))
        *_, gone = await client.get_application(made.id)
        print(
            json.dumps(
                {
                    "made": [made.id, made.label, made.status],
                    "found": found,
                    "groups": [each.id for each in groups] == [everyone.id],
                    "first": first_off.status,
                    "secrets": [each.id for each in secrets] == [second.id],
                    "renamed": renamed.label,
                    "inactive": inactive.status,
                    "gone": str(gone),
                }
            )
        )


asyncio.run(main())
