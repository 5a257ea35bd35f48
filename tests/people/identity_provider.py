"""A small SAML identity provider for tests: it reads a request and signs an assertion with a key of its own."""

import base64
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ENTITY = "https://idp.polytech.example/saml"
ACS = "http://online.polytech.example/account/saml/university/acs/"


def _own_certificate() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


@dataclass
class IdentityProvider:
    keys: tuple[str, str] = field(default_factory=_own_certificate)

    @property
    def certificate(self) -> str:
        return self.keys[1]

    def request_id(self, location: str) -> str:
        """The id of the request in the address that the portal sent the browser to."""
        packed = parse_qs(urlsplit(location).query)["SAMLRequest"][0]
        request = zlib.decompress(base64.b64decode(packed), -15)
        return str(etree.fromstring(request).get("ID"))

    def response(
        self, request_id: str, attributes: dict[str, str], *, audience: str, signed: bool = True, late: bool = False
    ) -> str:
        """A response as the browser would post it (base64)."""
        now = datetime.now(UTC) - (timedelta(hours=2) if late else timedelta())
        issued, until = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (now, now + timedelta(minutes=5)))
        statements = "".join(
            f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
            for name, value in attributes.items()
        )
        assertion = (
            f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{uuid4().hex}" Version="2.0" '
            f'IssueInstant="{issued}"><saml:Issuer>{ENTITY}</saml:Issuer><saml:Subject>'
            '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">u1</saml:NameID>'
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
            f'<saml:SubjectConfirmationData InResponseTo="{request_id}" NotOnOrAfter="{until}" Recipient="{ACS}"/>'
            f'</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{issued}" NotOnOrAfter="{until}">'
            f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>"
            f'</saml:Conditions><saml:AuthnStatement AuthnInstant="{issued}" SessionIndex="s1"><saml:AuthnContext>'
            "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>"
            f"</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{statements}"
            "</saml:AttributeStatement></saml:Assertion>"
        )
        if signed:
            private, certificate = self.keys
            assertion = OneLogin_Saml2_Utils.add_sign(
                assertion, private, certificate, sign_algorithm=RSA_SHA256, digest_algorithm=SHA256
            ).decode()
        response = (
            '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
            f'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{uuid4().hex}" Version="2.0" '
            f'IssueInstant="{issued}" Destination="{ACS}" InResponseTo="{request_id}">'
            f"<saml:Issuer>{ENTITY}</saml:Issuer><samlp:Status>"
            '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
            f"{assertion}</samlp:Response>"
        )
        return base64.b64encode(response.encode()).decode()
