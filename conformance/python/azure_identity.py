"""azure-identity logs in as applications do."""

import base64
import json
import os

import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    EnvironmentCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

from scene import AZURE_DEVOPS, DATABRICKS, check, equal, raises, scene

NOBODY = "00000000-1111-4222-8333-444444444444"


def credential(tenant=scene.tenant, client=scene.app.clientId, secret=scene.app.secret, **more):
    return ClientSecretCredential(tenant, client, secret, **more)


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def status(url, token):
    headers = {"Authorization": "Bearer " + token}
    return requests.get(url, headers=headers, allow_redirects=False, timeout=30).status_code


with check("a client secret gives a token for the resource that was asked for"):
    token = credential().get_token(DATABRICKS + "/.default").token
    equal(claims(token)["aud"], DATABRICKS)
    equal(claims(token)["tid"], scene.tenant)

with check("Databricks believes the token, and Azure DevOps does not"):
    token = credential().get_token(DATABRICKS + "/.default").token
    equal(status("https://%s/api/2.1/jobs/list" % scene.databricks.host, token), 200)
    assert status(scene.azureDevops.url + "/_apis/projects?api-version=7.1", token) != 200

with check("Azure DevOps believes a token that was asked for it"):
    token = credential().get_token(AZURE_DEVOPS + "/.default").token
    equal(status(scene.azureDevops.url + "/_apis/projects?api-version=7.1", token), 200)

with check("the variables AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET do"):
    os.environ.update(
        AZURE_TENANT_ID=scene.tenant, AZURE_CLIENT_ID=scene.app.clientId, AZURE_CLIENT_SECRET=scene.app.secret
    )
    assert EnvironmentCredential().get_token(DATABRICKS + "/.default").token

JOBS = "https://%s/api/2.1/jobs/list" % scene.databricks.host
CLIENT = scene.app.clientId

with check("a certificate gives a token that Databricks believes"):
    certificate = CertificateCredential(scene.tenant, CLIENT, scene.certificateFile)
    equal(status(JOBS, certificate.get_token(DATABRICKS + "/.default").token), 200)

with check("the token of an issuer that the application trusts gives one"):
    assertion = ClientAssertionCredential(scene.tenant, CLIENT, lambda: open(scene.assertionFile).read())
    equal(status(JOBS, assertion.get_token(DATABRICKS + "/.default").token), 200)

with check("a workload with such a token in a file gets one"):
    workload = WorkloadIdentityCredential(
        tenant_id=scene.tenant, client_id=CLIENT, token_file_path=scene.assertionFile
    )
    equal(status(JOBS, workload.get_token(DATABRICKS + "/.default").token), 200)

with check("the identity of the machine needs no proof"):
    token = ManagedIdentityCredential().get_token(DATABRICKS + "/.default").token
    equal(claims(token).get("appid", claims(token).get("azp")), scene.managedIdentity)
    equal(status(JOBS, token), 200)

with check("a wrong secret is AADSTS7000215"):
    with raises(ClientAuthenticationError, "AADSTS7000215"):
        credential(secret="wrong").get_token(DATABRICKS + "/.default")

with check("an unknown application is AADSTS700016"):
    with raises(ClientAuthenticationError, "AADSTS700016"):
        credential(client=NOBODY).get_token(DATABRICKS + "/.default")

with check("an unknown tenant is refused"):
    with raises(ClientAuthenticationError):
        credential(tenant=NOBODY).get_token(DATABRICKS + "/.default")

with check("an authority that is none of Microsoft is refused before any secret is sent"):
    with raises(Exception):
        credential(authority="https://login.example.com").get_token(DATABRICKS + "/.default")
