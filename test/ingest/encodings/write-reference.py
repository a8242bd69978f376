"""Writes reference.json: what Python's codecs say of every byte, and of every pair of bytes. Run by hand.

Control characters beyond ASCII count as none: text never means them. Where Python has a character and we have none on
purpose, it is left out below; where both have one it is the same.
"""

import hashlib
import json
import pathlib

SINGLE = (
    "windows-874 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 "
    "windows-1258 iso-8859-1 iso-8859-2 iso-8859-5 iso-8859-7 iso-8859-9 iso-8859-13 iso-8859-15 cp437 cp850 cp852 cp855 "
    "cp857 cp858 cp866 koi8-r"
).split()
DOUBLE = {"shift_jis": "cp932", "gbk": "cp936", "big5": "cp950", "euc-kr": "cp949"}
NONE = "\ufffd"


def left_out(encoding, code):
    first, second = code >> 8, code & 255
    # Characters of users, which no font has.
    if encoding == "shift_jis":
        return first in (0xA0, 0xFD, 0xFE, 0xFF) or first == 0xF9
    # An extension that each system has its own of.
    return encoding == "big5" and (first, second) >= (0xC6, 0xA1) and first <= 0xC7


def character(codec, raw):
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        return NONE
    return text if len(text) == 1 and not 0x80 <= ord(text) < 0xA0 else NONE


def pairs(encoding, codec):
    lines = []
    for code in range(0x8000, 0x10000):
        first, second = code >> 8, code & 255
        if second < 0x30 or left_out(encoding, code):
            continue
        text = character(codec, bytes([first, second]))
        if text != NONE:
            lines.append(f"{code:04x} {text}\n")
    raw = "".join(lines).encode()
    return {"pairs": len(lines), "sha256": hashlib.sha256(raw).hexdigest()}


reference = {
    "single": {
        name: "".join(character(name.replace("windows-", "cp"), bytes([b])) for b in range(128, 256)) for name in SINGLE
    },
    "double": {name: pairs(name, codec) for name, codec in DOUBLE.items()},
}
target = pathlib.Path(__file__).with_name("reference.json")
target.write_text(json.dumps(reference, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
