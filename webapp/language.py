"""Chinese is written in the templates; every other language is a folder of .po files read when first asked for."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "qc_language"
FOLDER = Path(__file__).parent / "translations"


def init_app(app: Flask) -> None:
    """Translate `app`'s pages."""
    babel = Babel(app, default_locale="zh", default_timezone=app.config["TIMEZONE"], locale_selector=_chosen)
    babel.domain_instance = _Catalogues()


def language() -> str:
    """Return the language of this request: a key of LANGUAGES."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "zh"


def catalogue(language: str) -> Catalog:
    """Read every .po file of a language into one catalogue; the first file to translate a text wins."""
    whole = Catalog(locale=Locale.parse(language))
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string and whole.get(message.id) is None:
                    whole[message.id] = message
    return whole


class _Catalogues(Domain):
    """Flask-Babel's domain, reading .po files themselves: no compiled copy to build, ship or forget."""

    def get_translations(self) -> NullTranslations:
        return _compiled(language())


@cache
def _compiled(name: str) -> NullTranslations:
    if name == "zh":
        return NullTranslations()
    buffer = BytesIO()
    write_mo(buffer, catalogue(name))
    buffer.seek(0)
    return Translations(fp=buffer)


def _chosen() -> str:
    from webapp.access import sign_in

    account = sign_in()
    chosen = (account.language if account else None) or request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else "zh"
