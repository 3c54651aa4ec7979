#!/usr/bin/env python3
"""Holds the fake Datadog against Datadog's own client and its description of the API.

The fake is right if the client, which is generated from that description and checks the types of what it gets, reads
every answer of it; and if every body fits the description itself, where that is at hand.

    official-client.py ADDRESS [OPENAPI.yaml]

The environment names what the fake server holds: DD_API_KEY, DD_APP_KEY, TOKEN, TOKEN_ID, SERVICE_TOKEN_ID, SERVICE_ACCOUNT,
APPLICATION_KEY_ID, API_KEY_ID, USER_ID.
"""

import json
import os
import sys
import urllib.request

from datadog_api_client import ApiClient, Configuration
from datadog_api_client.exceptions import ApiException
from datadog_api_client.v1.api.authentication_api import AuthenticationApi
from datadog_api_client.v2.api.key_management_api import KeyManagementApi
from datadog_api_client.v2.api.service_accounts_api import ServiceAccountsApi
from datadog_api_client.v2.api.users_api import UsersApi

address = sys.argv[1]
env = os.environ


def configured(**kind):
    configuration = Configuration(host=address, **kind)
    configuration.unstable_operations["validate"] = True
    return configuration


def status_of(call):
    try:
        call()
    except ApiException as error:
        return error.status
    return 200


def check(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found!r} instead of {expected!r}")


keys = {"apiKeyAuth": env["DD_API_KEY"], "appKeyAuth": env["DD_APP_KEY"]}
with ApiClient(configured(api_key=keys)) as client:
    manage = KeyManagementApi(client)
    listed = manage.list_personal_access_tokens(page_size=100, page_number=0)
    ids = {str(item.id) for item in listed.data}
    check("tokens", ids >= {env["TOKEN_ID"], env["SERVICE_TOKEN_ID"]}, True)
    check("total", listed.meta.page.total_filtered_count, len(listed.data))
    check("a page", len(manage.list_personal_access_tokens(page_size=1, page_number=1).data), 1)
    token = manage.get_personal_access_token(env["TOKEN_ID"])
    check("id", str(token.data.id), env["TOKEN_ID"])
    check("scopes", token.data.attributes.scopes, ["dashboards_read"])
    accounts = ServiceAccountsApi(client)
    account = env["SERVICE_ACCOUNT"]
    check("of the account", len(accounts.list_service_account_access_tokens(account).data), 1)
    accounts.get_service_account_access_token(account, env["SERVICE_TOKEN_ID"])
    check("application keys", len(manage.list_application_keys().data), 2)
    manage.get_application_key(env["APPLICATION_KEY_ID"])
    check("API keys", len(manage.list_api_keys().data), 2)
    check("a user", UsersApi(client).get_user(env["USER_ID"]).data.attributes.handle, "ann@example.com")
    check("keys are good", manage.validate_api_key().status.value, "ok")
    check("valid", AuthenticationApi(client).validate().valid, True)
    check("validate", manage.validate().data.attributes.valid, True)
    check("no such token", status_of(lambda: manage.get_personal_access_token("00000000-0000-4000-8000-00000000ffff")), 404)

with ApiClient(configured(access_token=env["TOKEN"])) as client:
    manage = KeyManagementApi(client)
    check("the token is good", manage.validate_api_key().status.value, "ok")
    check("a missing scope", status_of(manage.list_application_keys), 403)
with ApiClient(configured(access_token="ddpat_wrong")) as client:
    check("a wrong token", status_of(lambda: KeyManagementApi(client).validate_api_key()), 401)

# Every body against the description.
if len(sys.argv) > 2 and os.path.exists(sys.argv[2]):
    import yaml
    from openapi_schema_validator import OAS30Validator

    with open(sys.argv[2], encoding="utf-8") as file:
        document = yaml.safe_load(file)
    paths = [
        ("/api/v2/personal_access_tokens", "/api/v2/personal_access_tokens"),
        ("/api/v2/personal_access_tokens/{token_id}", f"/api/v2/personal_access_tokens/{env['TOKEN_ID']}"),
        ("/api/v2/application_keys", "/api/v2/application_keys"),
        ("/api/v2/api_keys", "/api/v2/api_keys"),
        ("/api/v2/validate", "/api/v2/validate"),
        ("/api/v2/validate_keys", "/api/v2/validate_keys"),
        ("/api/v2/users/{user_id}", f"/api/v2/users/{env['USER_ID']}"),
    ]
    headers = {"DD-API-KEY": env["DD_API_KEY"], "DD-APPLICATION-KEY": env["DD_APP_KEY"]}
    for described, path in paths:
        request = urllib.request.Request(address + path, headers=headers)
        with urllib.request.urlopen(request) as answer:
            body = json.load(answer)
        responses = document["paths"][described]["get"]["responses"]
        schema = responses["200"]["content"]["application/json"]["schema"]
        # References are of the form `#/components/…`.
        schema = {"allOf": [schema], "components": document["components"]}
        errors = [error.message for error in OAS30Validator(schema).iter_errors(body)]
        check(described, errors, [])
    print(f"{len(paths)} bodies fit the description of the API")

# Last of all, revocations: of tokens twice the same answer, of keys not.
with ApiClient(configured(api_key=keys)) as client:
    manage = KeyManagementApi(client)
    for _ in range(2):
        manage.revoke_personal_access_token(env["TOKEN_ID"])
        ServiceAccountsApi(client).revoke_service_account_access_token(account, env["SERVICE_TOKEN_ID"])
    for delete in [
        lambda: manage.delete_application_key(env["APPLICATION_KEY_ID"]),
        lambda: manage.delete_api_key(env["API_KEY_ID"]),
    ]:
        check("a first deletion", status_of(delete), 200)
        check("a second deletion", status_of(delete), 404)
print("Datadog's own client reads the fake server")
