"""Pictures in written answers, put into the text as `data:` addresses. Trusted side, hostile input, pure.

An answer has to show what its author saw, on its own: pictures pasted into a cell, and files beside the
notebook. Nothing is decoded here but a picture's header; the browser draws the rest, in its own sandbox.
"""

import base64
import binascii
import io
import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from PIL import Image

MAX_BYTES = 2 * 2**20  # of one picture
MAX_PIXELS = 40_000_000  # a photograph of a page; a browser decodes it in a fraction of a second
_MAX_TEXT = 8 * 2**20  # of an answer with its pictures
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp")

# ![alt](address "title"), ![alt](<address>) and <img src="address">; the address is the third group.
_MARKDOWN = re.compile(r"(!\[[^\[\]]{0,1000}\]\(\s{0,9})(<?)([^\s()<>\"']+)(>?)")
_POINTED = re.compile(r"(!\[[^\[\]]{0,1000}\]\(\s{0,9})(<)([^<>\n]{1,500})(>)")
_SPACED = re.compile(r"(!\[[^\[\]]{0,1000}\]\()()([^()<>\"'\n]{1,500})()(?=\))")
_HTML = re.compile(r"(<img\b[^<>]{0,1000}?\bsrc\s{0,9}=\s{0,9})([\"']?)([^\"'\s<>]+)(\2)", re.IGNORECASE)


def picture_type(data: bytes) -> str | None:
    """`image/png`, ...; `None` where it is no picture that may be shown: another format, or too large."""
    if len(data) > MAX_BYTES:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            width, height = picture.size
            return Image.MIME[str(picture.format)] if width * height <= MAX_PIXELS else None
    except Exception:  # whatever a crafted header makes of it
        return None


def data_address(data: bytes) -> str | None:
    """The picture as a `data:` address, or `None`."""
    kind = picture_type(data)
    return f"data:{kind};base64,{base64.b64encode(data).decode()}" if kind else None


def attached(attachments: Any) -> dict[str, bytes]:
    """A Markdown cell's attachments, as its notebook has them, by the address that the text uses."""
    found: dict[str, bytes] = {}
    for name, kinds in attachments.items() if isinstance(attachments, dict) else ():
        for encoded in kinds.values() if isinstance(kinds, dict) else ():
            text = "".join(map(str, encoded)) if isinstance(encoded, list) else encoded
            if isinstance(text, str) and len(text) <= 2 * MAX_BYTES:
                try:
                    found.setdefault(f"attachment:{name}", base64.b64decode(text))
                except (ValueError, binascii.Error):
                    continue
    return found


def with_pictures(markdown: str, pictures: Mapping[str, bytes], drawings: Mapping[str, str] = {}) -> str:
    """The text with the addresses of `pictures`, relative paths or `attachment:name`, replaced by themselves.

    What is no picture, is too large, or is not among them keeps its address, and will not be shown.

    Args:
        drawings: the lab's own by name, already as `data:` addresses.
    """
    room = _MAX_TEXT - len(markdown)

    def replace(found: re.Match[str]) -> str:
        nonlocal room
        if found[3].startswith("data:"):
            return found[0]
        name = _normal(found[3])
        data = pictures.get(name)
        address = drawings.get(name) or (data_address(data) if data else None)
        if address is None or len(address) > room:
            return found[0]
        room -= len(address)
        return f"{found[1]}{found[2]}{address}{found[4]}"

    if not pictures and not drawings:
        return markdown
    pictures = {_normal(name): data for name, data in pictures.items()}
    for pattern in (_POINTED, _SPACED, _MARKDOWN, _HTML):
        markdown = pattern.sub(replace, markdown)
    return markdown


def drawn(outputs: Any) -> list[str]:
    """The pictures among a code cell's outputs, as `data:` addresses."""
    found = []
    for output in outputs if isinstance(outputs, list) else ():
        data = output.get("data") if isinstance(output, dict) else None
        if not isinstance(data, dict):
            continue
        for kind in _KINDS:
            encoded = data.get(kind)
            text = "".join(map(str, encoded)) if isinstance(encoded, list) else encoded
            if isinstance(text, str) and len(text) <= 2 * MAX_BYTES and (shown := _decoded(text)):
                found.append(shown)
                break
    return found


def _decoded(encoded: str) -> str | None:
    try:
        return data_address(base64.b64decode(encoded))
    except (ValueError, binascii.Error):
        return None


def _normal(address: str) -> str:
    """A picture's name however it is written: with percent signs, backslashes, or decomposed as on a Mac."""
    path = unicodedata.normalize("NFC", unquote(address.strip())).replace("\\", "/")
    return path if path.startswith("attachment:") else PurePosixPath(path).as_posix()
